"""URLs of organization."""

app_name = "organization"
urlpatterns: list = []
