"""The demo exchange: its account menu leads to the page of links and phrase, where there is a bot."""

from __future__ import annotations

import re

from hub.channels.telegram.account_page import PATH
from tests.hub.telegram.chat import TelegramSite

MENU = re.compile(r'<details class="account" (\w*)>.*?href="([^"]+)"', re.DOTALL)


async def test_account_menu_leads_to_the_page_in_both_languages(site: TelegramSite) -> None:
    client = site.client()

    menus = MENU.findall((await client.get("/")).text)

    assert menus == [("", f"{PATH}?lang=en"), ("", f"{PATH}?lang=zh")]
    assert [(await client.get(address)).status_code for _, address in menus] == [200, 200]


async def test_without_a_bot_there_is_no_account_menu(site: TelegramSite) -> None:
    site.app.state.context.telegram = None

    menus = MENU.findall((await site.client().get("/")).text)

    assert [hidden for hidden, _ in menus] == ["hidden", "hidden"]
