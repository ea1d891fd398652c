"""A company's orders and feedback many times over: each row of them copied inside the database, whole graphs at once.

Every copy keeps the shape of its original: keys and the keys it points to are moved on by the same distance, texts that
must be unique get the number of the copy. Promises and changes of state are copied with what they are about.
"""

from django.apps import apps
from django.db import connection, models

FEEDBACK = ("Feedback", "FeedbackRound", "FeedbackMessage")
DISTANCE = 100_000  # between the keys of one copy and the next; no table of the first company is larger
ROOMY = 20  # characters that hold a number and that of its copy
ABOUT = {"kernel.Promise", "kernel.StateChange"}


def copied_models():
    """Every table that is copied."""
    own = list(apps.get_app_config("orders").get_models(include_auto_created=True))
    own += [apps.get_model("aftersales", name) for name in FEEDBACK]
    return [model for model in own if model._meta.managed and not model._meta.proxy]


def multiply(times):
    """Copy all of it so many times; gives how many rows each table has then."""
    copied = copied_models()
    tables = {model._meta.db_table for model in copied}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")  # without triggers: these rows are no history
        for model in copied:
            cursor.execute(_statement(model, tables, "TRUE"), [times])
        labels = [model._meta.label_lower for model in copied]
        for label in ABOUT:
            cursor.execute(_statement(apps.get_model(label), tables, "model = ANY(%s)"), [times, labels])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    return {model._meta.label: model._base_manager.count() for model in copied}


def _statement(model, tables, where):
    quote, meta = connection.ops.quote_name, model._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    values = [_value(field, tables, f"s.{quote(field.column)}", meta.label) for field in fields]
    names = ", ".join(quote(field.column) for field in fields)
    table = quote(meta.db_table)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} "
        f"FROM {table} s CROSS JOIN generate_series(1, %s) AS n WHERE {where}"
    )


def _value(field, tables, column, label):
    """What a copy has in this column."""
    rules = [rule.fields for rule in field.model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
    once = {names[0] for names in rules if len(names) == 1} | ({field.name} if field.unique else set())
    moved = f"{column} + n * {DISTANCE}::bigint"
    of_its_own = field.primary_key and not isinstance(field, models.ForeignKey)
    points = isinstance(field, models.ForeignKey) and field.related_model._meta.db_table in tables
    if of_its_own or points or (label in ABOUT and field.name == "row"):
        return moved
    if field.name in once and isinstance(field, (models.CharField, models.TextField)):
        own = f"{column} || '-' || n"
        own = f"left(md5({own}), {field.max_length})" if (field.max_length or ROOMY) < ROOMY else own
        return f"CASE WHEN {column} = '' THEN '' ELSE {own} END"
    return column
