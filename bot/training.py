"""Train the model when it is stale: `var/models/<fingerprint>.tar.gz` and the pointer `var/models/current`.

The *fingerprint* covers everything training reads: configuration, domain, data, the
articles' questions, the embedding model and this package's code. The same
fingerprint is the same model, so an existing archive is not trained again.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import time
from pathlib import Path

from kb_index.build import NEGATIVES
from kb_index.embedding import model_id, model_setting
from kb_index.models import read_catalogue
from kb_index.store import Pointer
from kit.errors import Misconfigured, SupportError

POINTER_FILE = "current"
_INPUTS = ("config.yml", "domain.yml", "domain/**/*.yml", "data/**/*.yml")
_CODE = ("importer.py", "nlu/*.py")
#: Models kept beside the current one, for workers that still run them.
_KEPT = 2


def run(project: Path, data_dir: Path, *, force: bool = False) -> int:
    """Train unless the model is up to date, print what happened, return the exit status."""
    started = time.monotonic()
    try:
        name = fingerprint(project, data_dir)
        target = archive(data_dir, name)
        is_new = force or not target.exists()
        if is_new:
            train(project, target)
    except SupportError as error:
        print(error.detail, file=sys.stderr)
        return 1
    point_to(target)
    took = f"trained in {time.monotonic() - started:.1f} s" if is_new else "up to date"
    print(f"Model {name}: {took}, {target.stat().st_size / 1e6:.1f} MB ({target})")
    return 0


def archive(data_dir: Path, name: str) -> Path:
    """Return where a model of this fingerprint lives."""
    return data_dir / "models" / f"{name}.tar.gz"


def current_model(data_dir: Path) -> Path:
    """Return the archive the pointer names."""
    try:
        return data_dir / "models" / (data_dir / "models" / POINTER_FILE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise Misconfigured(f"No model in {data_dir / 'models'}. Run: python -m bot train") from None


def point_to(target: Path) -> None:
    """Bring a model into use and forget older ones."""
    beside = target.parent / f".{POINTER_FILE}"
    beside.write_text(target.name + "\n", encoding="ascii")
    beside.replace(target.parent / POINTER_FILE)
    others = sorted(target.parent.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in [path for path in others if path != target][_KEPT:]:
        old.unlink()


def fingerprint(project: Path, data_dir: Path) -> str:
    """Name the model that training would make now."""
    digest = hashlib.sha256(model_id(model_setting()).encode())
    for folder, patterns in ((project, _INPUTS), (Path(__file__).parent, _CODE)):
        for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    digest.update(NEGATIVES.read_bytes())
    for article in read_catalogue(Pointer(data_dir / "kb").folder()).articles:
        asked = (article.id, article.language, article.kind, article.topic, article.title, *article.questions)
        digest.update("\n".join(asked).encode())
    return digest.hexdigest()[:12]


def train(project: Path, target: Path) -> None:
    """Train in this process and move the finished archive into place."""
    from rasa.model_training import train as rasa_train
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = target.parent / ".training"
    result = rasa_train(
        domain=_domain(project),
        config=str(project / "config.yml"),
        training_files=[str(project / "data")],
        output=str(work),
        force_training=True,
        fixed_model_name=target.name,
    )
    if result.code or not result.model:
        raise Misconfigured(f"Training failed with code {result.code}; the messages above say why.")
    Path(result.model).replace(target)


def _domain(project: Path) -> str:
    single = project / "domain.yml"
    return str(single if single.exists() else project / "domain")
