"""First traces of facts that were entered before the database noted them."""

import hashlib
from datetime import UTC, datetime

TEXT = {
    'sqlite': """COALESCE(CAST(t."{0}" AS text), '')""",
    'postgresql': "COALESCE(to_jsonb(t) ->> '{0}', '')",
}


def first_traces(traced):
    """A migration's function that leaves a trace of each fact; *traced* has the columns by the model's name."""

    def leave(apps, schema_editor):
        Trace = apps.get_model('finance', 'Trace')
        at = datetime.now(UTC).isoformat(timespec='microseconds')[:26] + 'Z'
        for name, columns in traced.items():
            texts = ', '.join(TEXT[schema_editor.connection.vendor].format(column) for column in columns)
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(f'SELECT t.id, {texts} FROM finance_{name} t ORDER BY t.id')
                facts = cursor.fetchall()
            for key, *fact in facts:
                subject, content = f'{name} {key}', '\t'.join(fact)
                digest = hashlib.sha256(f'\n{at}\n{subject}\n{content}'.encode()).hexdigest()
                Trace.objects.create(at=at, subject=subject, content=content, digest=digest)

    return leave
