"""The year 2023 as its people meet it: the treasurer enters what was missing, and others see it."""

import pytest

from tests.browser.site import a_site, follow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site_of_its_own(tmp_path_factory):
    """A server whose books this story may change."""
    with a_site(tmp_path_factory.mktemp("story")) as running:
        yield running


@pytest.fixture
def signed_in(browser, site_of_its_own):
    """A page on which the named user has signed in."""
    contexts = []

    def page_of(username):
        contexts.append(browser.new_context())
        return site_of_its_own.page(contexts[-1], username)

    yield page_of
    for context in contexts:
        context.close()


def text_of(page):
    """What the page's main part says, with plain spaces."""
    return page.inner_text("main").replace("\u202f", " ").replace("\u00a0", " ")


def fill_voucher(page, site, date, text, rows):
    page.goto(f"{site.url}/admin/finance/voucher/add/")
    page.fill("[name=date]", date)
    page.fill("[name=text]", text)
    for number, (account, debit, credit) in enumerate(rows):
        page.fill(f"[name=rows-{number}-account]", account)
        page.fill(f"[name=rows-{number}-debit]", debit)
        page.fill(f"[name=rows-{number}-credit]", credit)
    page.keyboard.press("Escape")


def errors_of(page):
    page.locator(".errorlist").first.wait_for()
    return (
        " ".join(page.locator(".errorlist").all_inner_texts()).replace("\u202f", " ").replace("\u00a0", " ")
    )


@pytest.mark.parametrize(
    ("date", "rows", "sentence"),
    [
        ("2023-12-31", [("1930", "15,00", ""), ("8310", "", "14,00")], "Debet och kredit skiljer 1,00"),
        ("2024-01-01", [("1930", "15,00", ""), ("8310", "", "15,00")], "räkenskapsår"),
        ("2023-12-31", [("1930", "15,001", ""), ("8310", "", "15,001")], "Skriv högst två decimaler"),
        ("2023-12-31", [("1930", "femton", ""), ("8310", "", "15,00")], "”femton” är inget belopp"),
    ],
)
def test_a_wrong_voucher_is_told_in_words_and_changes_nothing(
    signed_in, site_of_its_own, date, rows, sentence
):
    page = signed_in("kassor")
    fill_voucher(page, site_of_its_own, date, "Ränta", rows)
    follow(page.locator("[name=_post]"))
    assert sentence in errors_of(page)
    page.goto(f"{site_of_its_own.url}/year/2023/")
    assert "−1 420 611" in text_of(page)


def test_the_missing_fifteen_kronor_are_posted_and_seen_by_board_and_auditor(signed_in, site_of_its_own):
    board = signed_in("styrelse")
    board.goto(f"{site_of_its_own.url}/year/2023/reconciliation/")
    assert "−15 kr" in text_of(board)

    treasurer = signed_in("kassor")
    fill_voucher(
        treasurer,
        site_of_its_own,
        "2023-12-31",
        "Ränta på företagskontot",
        [("1930", "15,00", ""), ("8310", "", "15,00")],
    )
    follow(treasurer.locator("[name=_post]"))
    assert "A 3" in treasurer.inner_text("body")

    board.reload()
    assert "Stämmer inte" not in text_of(board)
    auditor = signed_in("revisor")
    for page in (board, auditor):
        page.goto(f"{site_of_its_own.url}/year/2023/")
        seen = text_of(page)
        assert "−1 420 596" in seen
        assert "35 948" in seen
        assert "2 460 503" in seen
        page.goto(f"{site_of_its_own.url}/year/2023/accounts/8310/")
        follow(page.locator("main a:has-text('A 3')"))
        assert "Ränta på företagskontot" in text_of(page)
