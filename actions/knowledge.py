"""Answering from the articles: one that surely answers, a choice when unsure, another way when none fits."""

from __future__ import annotations

from actions import answers, misses
from actions.base import TurnAction
from actions.intake.questions import QUESTIONS
from actions.replies import Reply
from actions.turn import Turn
from kb_index.models import Article
from kit.choices import asks_for_more
from kit.wire import Button, Candidate

#: Candidates shown to choose from.
_CHOICES = 3
#: Least P(answers) of a candidate to choose; less likely ones only distract.
_WORTH_OFFERING = 0.05
#: Subjects offered when nothing came close: what customers write about most.
TOPICS = ("deposit_withdrawal", "account_access", "liquidation", "api_error")


class AnswerAction(TurnAction):
    def name(self) -> str:
        return "action_answer"

    def reply(self, turn: Turn, reply: Reply) -> None:
        best = next(iter(turn.candidates), None)
        article = answers.find(reply, best.article_id) if best else None
        if best is None or article is None:
            clarify(turn, reply)
            return
        reply.trace["probability"] = best.probability
        answer(turn, reply, article, *_likely_case(turn, reply))


class ChooseArticleAction(TurnAction):
    def name(self) -> str:
        return "action_choose_article"

    def reply(self, turn: Turn, reply: Reply) -> None:
        article = chosen(turn, reply)
        if article is None:
            reply.say("clarify", "answer_unavailable", reply.person())
            misses.miss(reply)
        else:
            answer(turn, reply, article)


class NoneOfTheseAction(TurnAction):
    def name(self) -> str:
        return "action_none_of_these"

    def reply(self, turn: Turn, reply: Reply) -> None:
        none_of_these(reply)


class HelpfulAction(TurnAction):
    def name(self) -> str:
        return "action_helpful"

    def reply(self, turn: Turn, reply: Reply) -> None:
        feedback(turn, reply, helped=turn.values.get("value") == "yes")


def answer(turn: Turn, reply: Reply, article: Article, *extra: Button) -> None:
    """Quote an article with what one may want next; the same article again is a miss, more detail of it is not."""
    is_repeated = turn.slots.get("last_article") == article.id and not _is_more(turn)
    buttons = [reply.button("label_helpful_yes", "helpful", value="yes"),
               reply.button("label_helpful_no", "helpful", value="no"),
               *extra, *answers.related(reply, article), reply.person()]  # fmt: skip
    if article.case in QUESTIONS and not extra:
        buttons.insert(2, start_case(reply, article.case))
    intro = reply.words.say("answer_repeated") if is_repeated else ""
    reply.add("answer", answers.quote_chosen(reply, article, *buttons, intro=intro))
    reply.set("last_article", article.id)
    reply.offer("helpful")
    if is_repeated:
        misses.miss(reply)
    else:
        misses.helped(reply)


def _is_more(turn: Turn) -> bool:
    """Tell whether a part of the article is asked for that was not shown last."""
    wanted = turn.values.get("passage")
    return bool(wanted) and any(payload.entities.get("passage") == wanted for payload in turn.offered)


def no_more(turn: Turn, reply: Reply) -> bool:
    """Say that an answer was all there is to somebody who asks for more of it; False when nobody does."""
    article = answers.find(reply, str(turn.slots.get("last_article"))) if turn.offer == "helpful" else None
    if article is None or turn.active_loop or not asks_for_more(turn.text):
        return False
    reply.say("clarify", "answer_no_more", *answers.related(reply, article), reply.person())
    return True


def chosen(turn: Turn, reply: Reply) -> Article | None:
    """Return the article a button names."""
    return answers.find(reply, str(turn.values.get("article_id")), turn.values.get("language"))


def clarify(turn: Turn, reply: Reply) -> None:
    """Ask which article is meant, or, when nothing came close, what it is about."""
    close = [item for item in turn.candidates if item.probability >= _WORTH_OFFERING][:_CHOICES]
    buttons = [button for item in close if (button := _candidate_button(reply, item))]
    likely = _likely_case(turn, reply)
    if buttons:
        key = "clarify_candidates" if len(buttons) > 1 else "clarify_candidate"
        reply.offer("candidate" if len(buttons) == 1 else None)
        reply.say("clarify", key, *buttons, *likely, reply.button("label_none", "none_of_these"))
    else:
        reply.say("clarify", "clarify_question", *likely, *topic_buttons(reply), reply.person())
    misses.miss(reply)


def none_of_these(reply: Reply) -> None:
    """Ask again in other words, or by subject."""
    reply.say("clarify", "none_of_these", *topic_buttons(reply), reply.person())
    misses.miss(reply)


def feedback(turn: Turn, reply: Reply, *, helped: bool) -> None:
    """Take the customer's word on whether an answer helped."""
    reply.trace["helpful"] = helped
    if helped:
        reply.say("instant", "helpful_yes")
        misses.helped(reply)
        return
    article = answers.find(reply, str(turn.slots.get("last_article")))
    reply.say("clarify", "helpful_no", *(answers.related(reply, article) if article else []), reply.person())
    misses.miss(reply)


def _candidate_button(reply: Reply, candidate: Candidate) -> Button | None:
    article = answers.find(reply, candidate.article_id)
    return answers.choose(reply, article) if article else None


def topic_buttons(reply: Reply) -> list[Button]:
    """Return a button for every subject."""
    return [reply.button(f"label_topic_{topic}", "set_slot", slot="topic", value=topic) for topic in TOPICS]


def _likely_case(turn: Turn, reply: Reply) -> list[Button]:
    """Return a button for the likeliest case, when the message may well be one."""
    case = str(turn.gate.get("case") or "") if turn.gate.get("offers_case") else ""
    return [start_case(reply, case[len("case_") :])] if case.startswith("case_") else []


def start_case(reply: Reply, case: str) -> Button:
    """Return the button that starts a case's intake."""
    return reply.button(f"label_case_{case}", "start_case", case=case)
