"""What is learned, on made-up vectors of which we know what parts them, so that no encoder is needed."""

from dataclasses import replace

import numpy as np
import pytest

from clientela.voice.meaning.feeling import Feeling, polarity_features, shipped_feelings
from clientela.voice.meaning.linear import chances
from clientela.voice.meaning.shipped import WIDTH, unit
from clientela.voice.meaning.subjects import shipped_subjects
from clientela.voice.meaning.training import (
    Figure,
    ScoredExample,
    calibration_error,
    learn_feelings,
    learn_subjects,
    with_learned,
)


def made_up(count: int, *, seed: int = 1, language: str = "ro") -> list[ScoredExample]:
    """Texts whose feeling shows in the first number, which means nothing to the shipped model."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, WIDTH))
    is_glad = random.random(count) < 0.5
    vectors[:, 0] += np.where(is_glad, 6.0, -6.0)
    return [
        ScoredExample(
            f"text {seed} {place}",
            language,
            vector,
            Feeling.POSITIVE if glad else Feeling.NEGATIVE,
            frozenset({"repair"} if glad else {"price"}),
        )
        for place, (vector, glad) in enumerate(zip(unit(vectors), is_glad, strict=True))
    ]


def test_too_few_scored_texts_teach_nothing() -> None:
    assert learn_feelings(made_up(39), name="house-1") is None
    one_sided = [one for one in made_up(200) if one.feeling is Feeling.POSITIVE][:60]
    assert learn_feelings(one_sided, name="house-1") is None
    assert learn_subjects(made_up(39), shipped_subjects(), name="house-1").cuts == {}


def test_what_the_house_means_is_learned_and_figures_say_how_well() -> None:
    learned = learn_feelings([*made_up(200), *made_up(100, seed=2, language="pl")], name="house-1")
    assert learned is not None
    assert learned.model.name == "house-1"
    assert learned.is_used
    assert {group: figure.n for group, figure in learned.figures.items()} == {"": 300, "pl": 100, "ro": 200}
    assert learned.figures[""].share > 0.85 > learned.figures_shipped[""].share
    assert learned.calibration_error <= 0.05
    fresh = made_up(300, seed=3)
    features = polarity_features(
        np.array([one.vector for one in fresh]), [one.text for one in fresh], [one.language for one in fresh]
    )
    found = chances(learned.model.polarity.scores(features))
    is_glad = np.array([one.feeling is Feeling.POSITIVE for one in fresh])
    assert ((found >= 0.5) == is_glad).mean() > 0.85


def test_labels_by_chance_are_not_used_unless_they_are_no_worse() -> None:
    random = np.random.default_rng(9)
    noise = [
        replace(one, feeling=Feeling.POSITIVE if random.random() < 0.5 else Feeling.NEGATIVE) for one in made_up(200)
    ]
    learned = learn_feelings(noise, name="house-1")
    assert learned is not None
    assert 0.35 < learned.figures[""].share < 0.65
    assert learned.is_used == (learned.figures[""].right >= learned.figures_shipped[""].right)


def test_copies_of_one_text_are_held_out_together() -> None:
    random = np.random.default_rng(4)
    vectors = unit(random.normal(size=(20, WIDTH)))
    glad = random.random(20) < 0.5
    feelings = [Feeling.POSITIVE if one else Feeling.NEGATIVE for one in glad]
    copies = [
        ScoredExample(f"Text  {place}!" if turn else f"text {place}", "en", vectors[place], feelings[place])
        for place in range(20)
        for turn in range(10)
    ]
    learned = learn_feelings(copies, name="house-1")
    assert learned is not None
    # Whoever had seen a copy would be right about all of them.
    assert learned.figures[""].share < 0.8


def test_the_same_texts_in_another_order_teach_the_same() -> None:
    one = learn_feelings(made_up(80), name="a")
    other = learn_feelings(made_up(80)[::-1], name="a")
    assert one is not None
    assert other is not None
    assert one.model.polarity.weights == pytest.approx(other.model.polarity.weights, abs=1e-6)
    assert one.figures == other.figures


def test_texts_without_a_vector_are_left_out() -> None:
    blind = [replace(one, vector=np.full(WIDTH, np.nan, np.float32)) for one in made_up(100, seed=5)]
    learned = learn_feelings([*made_up(100), *blind], name="house-1")
    assert learned is not None
    assert learned.figures[""].n == 100


def test_subjects_are_learned_one_by_one_where_there_are_enough() -> None:
    list_alone = shipped_subjects()
    learned = learn_subjects(made_up(200), list_alone, name="house-1")
    assert set(learned.cuts) == {"repair", "price"}
    assert learned.figures["repair"].n == 200
    assert learned.figures["repair"].right >= learned.figures_of_list["repair"].right
    fresh = made_up(50, seed=6)
    found = with_learned(list_alone, learned).chances(
        np.array([one.vector for one in fresh]), [one.text for one in fresh], ["ro"] * 50
    )
    place = list_alone.keys.index("repair")
    assert np.mean((found[:, place] >= 0.5) == [one.subjects == {"repair"} for one in fresh]) > 0.85


def test_a_figure_has_the_interval_of_the_reference_numbers() -> None:
    figure = Figure(45, 50)
    assert (figure.share, round(figure.low, 3), round(figure.high, 3)) == (0.9, 0.786, 0.957)


def test_the_calibration_error_of_a_table_by_hand() -> None:
    # Four at 0.9 of which three are right, and one at 0.6 that is right: 4/5 × 0.15 + 1/5 × 0.4.
    found = np.array([0.9, 0.9, 0.1, 0.9, 0.6])
    is_yes = np.array([True, True, False, False, True])
    assert calibration_error(found, is_yes) == pytest.approx(0.8 * 0.15 + 0.2 * 0.4)


def test_neutral_and_mixed_stay_as_shipped_without_examples() -> None:
    learned = learn_feelings(made_up(100), name="house-1")
    assert learned is not None
    assert learned.model.neutral is shipped_feelings().neutral
    assert learned.model.mixed is shipped_feelings().mixed
