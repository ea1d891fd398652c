"""The map of documents: the register and the files."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="document_list"),
    path("readings/", views.reading_list, name="reading_list"),
    path("register/<int:pk>/level/", views.document_level, name="document_level"),
    path("<int:pk>/download/", views.attachment_download, name="attachment_download"),
]
