"""An episode that is deleted while its job runs: the job comes home all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stand_in import state
from test_several_reels import TWO

from storyboard.generation.bring_home import HomeBringer
from storyboard.generation.engine import Engine
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.ledger import Ledger
from storyboard.generation.provider import choice_of
from storyboard.generation.purchase import State
from storyboard.generation.store import open_store
from storyboard.generation.watching import Step, Watcher

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]


class Silent(Watcher):
    """Watches, and says nothing."""

    def step(self, step: Step) -> None:
        del step

    def accepted(self, episode: str, reel: int, job_id: str) -> None:
        del episode, reel, job_id

    def note(self, text: str) -> None:
        del text


def _bring_home(studio: Studio) -> dict[str, object]:
    """What any process does that has the ledger, and no story."""
    folder = studio.ledger.parent
    with Ledger(studio.ledger) as ledger, LazyProvider(choice_of("empirio", studio.service.url)) as provider:
        engine = Engine(folder, ledger, provider, Silent(), store=open_store(None, folder.parent))
        return dict(HomeBringer(engine, ledger).run(ledger.open_keys()))


def _killed_while_it_asks(studio: Studio) -> None:
    studio.service.always_poll = state("queued")
    process = studio.start_until("poll")
    process.kill()
    process.communicate()
    studio.service.always_poll = None


def test_a_job_whose_episode_was_deleted_comes_home(studio: Studio) -> None:
    _killed_while_it_asks(studio)
    (studio.folder / "story.yaml").unlink()
    assert _bring_home(studio) == {}
    with Ledger(studio.ledger) as ledger:
        (purchase,) = ledger.all()
    assert purchase.state is State.DONE
    assert (studio.ledger.parent / (purchase.clip or "")).read_bytes() == studio.service.clip
    assert len(studio.service.posts) == 1


def test_an_episode_that_comes_back_finds_its_take(studio: Studio) -> None:
    _killed_while_it_asks(studio)
    story = (studio.folder / "story.yaml").read_text("utf-8")
    (studio.folder / "story.yaml").unlink()
    _bring_home(studio)
    studio.write(story)
    assert (studio.render(yes=False).code, len(studio.service.posts)) == (0, 1)
    assert studio.episode.read_bytes() == studio.service.clip


def test_what_was_agreed_to_is_bought_without_its_episode_and_once(studio: Studio) -> None:
    studio.write(TWO)
    _killed_while_it_asks(studio)
    (studio.folder / "story.yaml").unlink()
    assert _bring_home(studio) == {}
    assert studio.rows() == [("done", "job-1"), ("done", "job-2")]
    assert len(studio.service.posts) == 2
