"""A person asked for is heard in whatever language, and a story about one is no request."""

from __future__ import annotations

import pytest

from bot.nlu.person import is_asked_for


@pytest.mark.parametrize(
    "text",
    [
        "let me talk to a real person",
        "转人工",
        "我要talk to an agent谢谢",
        "找个人看看",
        "상담원 연결해 주세요",
        "사람이랑 얘기하고 싶어요",
        "担当者と話したいです",
        "オペレーターにつないでください",
        "人間のサポートお願いします",
        "Хочу поговорить с оператором",
        "соедините с живым человеком пожалуйста",
        "оператор",
        "quiero hablar con una persona",
        "necesito un agente humano ya",
        "quero falar com um atendente",
        "je veux parler à un conseiller",
        "ich möchte mit einem Menschen sprechen",
        "Mitarbeiter bitte",
        "müşteri temsilcisi ile görüşmek istiyorum",
        "tôi muốn gặp nhân viên hỗ trợ",
        "saya mau bicara dengan orang",
        "tolong hubungkan ke admin",
        "أريد التحدث مع موظف",
    ],
)
def test_a_person_is_asked_for(text: str) -> None:
    assert is_asked_for(text)


@pytest.mark.parametrize(
    "text",
    [
        "the agent will not transfer my coins",
        "a person in my house saw my password",
        "출금이 안 돼요",
        "Где мои деньги",
        "no puedo retirar mi dinero",
        "mein Konto ist gesperrt",
        "je ne peux pas retirer",
        "saldo saya hilang",
        "出金できません",
        "nobody answers, this is insane",
        "the operator of the pool sent it",
        "上次人工处理得很慢",
    ],
)
def test_other_words_ask_for_nobody(text: str) -> None:
    assert not is_asked_for(text)
