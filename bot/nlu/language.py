"""Which language a message is in, by script first and by common words second.

Only English and Chinese are served; every other language is named so that the
customer can be told. A message that shows no language of its own, such as a
symbol or a number, counts as the conversation's.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

#: Message attribute that holds the detected language.
LANGUAGE = "language"
SUPPORTED = ("en", "zh")

#: One Chinese character says about as much as two thirds of an English word.
_HAN_PER_WORD = 1.5

NAMES = {
    "en": "English",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
    "ru": "Russian",
    "ar": "Arabic",
    "th": "Thai",
    "hi": "Hindi",
    "he": "Hebrew",
    "el": "Greek",
    "vi": "Vietnamese",
    "es": "Spanish",
    "pt": "Portuguese",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "tr": "Turkish",
    "id": "Indonesian",
    "nl": "Dutch",
    "pl": "Polish",
}

_SCRIPTS = {
    "ko": re.compile(r"[\uac00-\ud7af\u1100-\u11ff\u3130-\u318f]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
}
_KANA = re.compile(r"[\u3041-\u30fa\u31f0-\u31ff\uff66-\uff9d]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
#: Letters that hardly any other language has; so many of them tell.
_TELLING = {
    "vi": (re.compile(r"[\u1ea0-\u1ef9\u01a1\u01b0\u0111]", re.IGNORECASE), 2),
    "tr": (re.compile(r"[\u0131\u015f\u011f\u0130]"), 1),
    "pl": (re.compile(r"[\u0142\u0105\u0119\u017c\u017a]"), 1),
}
_WORD = re.compile(r"[^\W\d_]+")
#: Literals that belong to no language: symbols and abbreviations, addresses, ids, quoted keys; all ASCII, so that
#: Chinese written right beside one is not taken for a part of it.
_LITERAL = re.compile(
    r"https?://[!-~]+|[!-~]{1,64}@[!-~]+|\b(?=\w*\d)\w{6,}\b|\b[A-Z][A-Z0-9]{1,9}\b|/[!-~]+", re.ASCII
)

_ENGLISH = frozenset(
    "the a an is are was were be been am i you he we they it me us them do does did done have has had can could would"
    " should will what why how when where who which not no yes my your our their his this that these those there here"
    " and or but if for from to of in on at by with without about after before into out up down over under please"
    " help want need get got see hello hi hey thanks thank still just again only more than then so very too as".split()
)
_STOP_WORDS = {
    "es": "hola que qué cómo como cuando cuándo donde dónde por para con sin mi mis tu el los las una uno está esta"
    " estoy tengo puedo quiero necesito gracias ayuda dinero cuenta retiro retirar pero muy más porque hace ha",
    "pt": "olá ola não nao você voce como quando onde por para com sem meu minha meus uma um está estou tenho posso"
    " quero preciso obrigado ajuda dinheiro conta saque sacar mas muito mais porque fazer foi",
    "fr": "bonjour salut je tu vous nous mon ma mes le la les un une des est suis ai avez comment pourquoi quand où"
    " avec sans pour dans sur pas merci aide argent compte retrait retirer mais très plus bloqué",
    "de": "hallo ich du sie wir mein meine meinen der die das ein eine ist bin habe haben wie warum wann wo mit ohne"
    " für nicht kein keine danke hilfe geld konto auszahlung aber sehr mehr und oder wurde kann",
    "it": "ciao io il lo gli un una è sono ho hai come perché quando dove con senza per non mio mia miei grazie aiuto"
    " soldi conto prelievo prelevare ma molto più della posso",
    "tr": "merhaba ben sen bir ve bu için ile nasıl neden ne zaman nerede değil yok var hesabım hesap para çekme"
    " çekim yardım teşekkürler lütfen benim çok daha",
    "vi": "xin chào tôi bạn của là không có được như thế nào tại sao khi nào ở đâu tiền rút nạp tài khoản cảm ơn",
    "id": "saya kamu anda tidak apa bagaimana kenapa kapan dimana dengan tanpa untuk uang akun penarikan tarik tolong"
    " terima kasih belum sudah bisa dan atau yang ini itu",
    "nl": "hallo ik jij wij mijn het een zijn ben heb hebben hoe waarom wanneer waar met zonder voor niet geen bedankt"
    " geld rekening opname maar en wordt",
    "pl": "cześć dzień dobry ja ty moje mój moja jest jestem mam jak dlaczego kiedy gdzie z bez dla nie dziękuję pomoc"
    " pieniądze konto wypłata ale bardzo więcej się",
}
_STOP_SETS = {code: frozenset(words.split()) for code, words in _STOP_WORDS.items()}


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    supported: bool


def language(code: str) -> Language:
    """Return a language by its code."""
    return Language(code, NAMES[code], code in SUPPORTED)


def from_locale(locale: str) -> str:
    """Return the served language nearest to a locale such as `zh-CN`."""
    return "zh" if locale.lower().startswith("zh") else "en"


def detect(text: str, fallback: str = "en") -> Language:
    """Name the language of a text; `fallback` stands for text that shows none."""
    shown = _LITERAL.sub(" ", text)
    words = [word.lower() for word in _WORD.findall(shown) if word.isascii() or _is_latin(word)]
    english = sum(word in _ENGLISH for word in words)
    if fallback == "zh" and len(_HAN.findall(shown)) >= 2 and not _KANA.search(shown):
        return language("zh")
    return language(_by_script(shown, len(words), english) or _by_words(shown, words, english) or fallback)


def _is_latin(word: str) -> bool:
    return all(character < "\u0250" or "\u1e00" <= character <= "\u1eff" for character in word)


def _by_script(text: str, latin_words: int, english: int) -> str | None:
    """Tell by script; Chinese around quoted English words stays Chinese while few of them make sentences."""
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if kana >= 2 and kana * 8 > han:
        return "ja"
    counts = {code: len(pattern.findall(text)) for code, pattern in _SCRIPTS.items()}
    code, most = max(counts.items(), key=lambda item: item[1])
    if most >= 2 and most > han and most / 3 > latin_words:
        return code
    return "zh" if han and han / _HAN_PER_WORD >= min(latin_words, max(english, 1)) else None


def _by_words(text: str, words: list[str], english: int) -> str | None:
    if not words:
        return None
    scores = {code: sum(word in known for word in words) for code, known in _STOP_SETS.items()}
    code, best = max(scores.items(), key=lambda item: item[1])
    telling = next((code for code, (letters, least) in _TELLING.items() if len(letters.findall(text)) >= least), None)
    if telling and english <= 1:
        return telling
    if best > english and (best >= 2 or len(words) <= 2):
        return code
    return "en"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Sets the message attribute `language`: code, name, supported."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """Creates a new component (see parent class for full docstring)."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Detects the language of every example."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Detects the language of every message, falling back to its locale."""
        for message in messages:
            context = message.get("metadata") or {}
            fallback = context.get("language") or from_locale(str(context.get("locale") or ""))
            message.set(LANGUAGE, asdict(detect(message.get(TEXT) or "", fallback)))
        return messages
