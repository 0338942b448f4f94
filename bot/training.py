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
from tempfile import TemporaryDirectory

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
    """Train in this process and move the finished archive into place.

    The same steps as `rasa train`, without its cache: the archive's name already tells whether anything changed, and
    hashing every message after every component costs a quarter of the training.
    """
    from rasa.engine import validation
    from rasa.engine.recipes.recipe import Recipe
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.training.graph_trainer import GraphTrainer
    from rasa.shared.data import TrainingType
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.utils.log_utils import configure_structlog

    from bot.graph import NoCache, PlainRunner

    configure_structlog(logging.WARNING)
    target.parent.mkdir(parents=True, exist_ok=True)
    importer = TrainingDataImporter.load_from_config(
        str(project / "config.yml"), _domain(project), [str(project / "data")]
    )
    config = importer.get_config()
    recipe = Recipe.recipe_for_name(config.get("recipe"))
    configuration = recipe.graph_config_for_recipe(config, {}, training_type=TrainingType.BOTH)
    validation.validate(configuration)
    with TemporaryDirectory(dir=target.parent, prefix=".training") as work:
        storage = Path(work) / "storage"
        storage.mkdir()
        trainer = GraphTrainer(LocalModelStorage.create(storage), NoCache(), PlainRunner)
        made = Path(work) / target.name
        trainer.train(configuration, importer, made, force_retraining=True)
        made.replace(target)


def _domain(project: Path) -> str:
    single = project / "domain.yml"
    return str(single if single.exists() else project / "domain")
