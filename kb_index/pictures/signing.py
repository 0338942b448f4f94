"""How an API request is signed: four parts, one text, one keyed hash, three headers."""

from __future__ import annotations

from kb_index.pictures.canvas import MARGIN, WIDTH, Canvas, Words

WORDS: dict[str, Words] = {
    "en": {
        "title": "Signing a request",
        "told": "Verb, path, expires and body are joined into one text. HMAC-SHA256 with the API secret as the key "
        "turns it into the signature in hex. The request carries the headers api-expires, api-key and api-signature.",
        "verb": "Verb",
        "path": "Path",
        "expires": "Expires",
        "body": "Body",
        "join": "joined, nothing in between",
        "key": "key: your API secret",
        "hex": "as hex",
        "headers": "Headers to send",
        "your_key": "your API key",
        "signature": "the hex text",
        "note": "Send exactly the body that you signed.\nGET: query string in the path, empty body.",
    },
    "zh": {
        "title": "给请求签名",
        "told": "把方法、路径、expires 和 body 连成一段文本，用 API secret 作密钥做 HMAC-SHA256，得到十六进制签名。"
        "请求带上 api-expires、api-key、api-signature 三个请求头。",
        "verb": "方法",
        "path": "路径",
        "expires": "expires",
        "body": "body",
        "join": "直接相连，中间什么都不加",
        "key": "密钥：你的 API secret",
        "hex": "转成十六进制",
        "headers": "要带的请求头",
        "your_key": "你的 API key",
        "signature": "十六进制结果",
        "note": "发送的 body 必须和签名的一模一样。\nGET：查询串写进路径，body 为空。",
    },
}

_INNER = WIDTH - 2 * MARGIN
_MIDDLE = WIDTH / 2
_PARTS = (
    ("verb", "POST", "accent"),
    ("path", "/api/v1/order", "ink"),
    ("expires", "1800000000", "warn"),
    ("body", '{"symbol":"XBTUSD",…}', "ink"),
)
_JOINED = ("POST", "/api/v1/order", "1800000000", '{"sym…}')
_CODE = 12.5


def draw(words: Words) -> Canvas:
    """Draw the parts, the text they make, the hash and the headers, from top to bottom."""
    canvas = Canvas()
    canvas.heading(words)
    _parts(canvas, words, 54)
    _step(canvas, 186, words["join"])
    _joined(canvas, 222)
    _step(canvas, 258)
    canvas.rect(MARGIN, 292, _INNER, 54, fill="accent-soft")
    canvas.text(_MIDDLE, 314, "HMAC-SHA256", size=15, fill="accent", strong=True, anchor="middle")
    canvas.text(_MIDDLE, 334, words["key"], anchor="middle")
    _step(canvas, 350, words["hex"])
    _headers(canvas, words, 386)
    canvas.text(MARGIN, 498, words["note"], size=12.5, fill="quiet")
    return canvas


def _parts(canvas: Canvas, words: Words, top: float) -> None:
    for number, (name, value, colour) in enumerate(_PARTS):
        y = top + number * 33
        canvas.rect(MARGIN, y, _INNER, 28, fill="soft", r=6)
        canvas.text(MARGIN + 12, y + 19, words[name], fill="quiet")
        canvas.text(MARGIN + 84, y + 19, value, size=13, fill=colour, mono=True)


def _joined(canvas: Canvas, top: float) -> None:
    canvas.rect(MARGIN, top, _INNER, 34, fill="card", edge="rule", r=6)
    runs = [(value, colour) for value, (_, _, colour) in zip(_JOINED, _PARTS, strict=True)]
    canvas.code(MARGIN + 12, top + 22, runs, size=_CODE)


def _step(canvas: Canvas, top: float, told: str = "") -> None:
    x = MARGIN + 24
    canvas.arrow((x, top + 4), (x, top + 30), edge="quiet", width=1.5)
    if told:
        canvas.text(x + 16, top + 21, told, size=12.5, fill="quiet")


def _headers(canvas: Canvas, words: Words, top: float) -> None:
    rows = (("api-expires", "1800000000"), ("api-key", words["your_key"]), ("api-signature", words["signature"]))
    canvas.rect(MARGIN, top, _INNER, 92, fill="soft")
    canvas.text(MARGIN + 12, top + 20, words["headers"], size=12.5, fill="quiet")
    for number, (name, value) in enumerate(rows):
        y = top + 41 + number * 20
        canvas.text(MARGIN + 12, y, f"{name}:", size=_CODE, fill="ink", mono=True)
        canvas.text(MARGIN + 136, y, value, size=_CODE, fill="accent", mono=True)
