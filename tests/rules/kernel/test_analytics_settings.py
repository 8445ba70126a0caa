"""The settings of analytics: a wrong one names itself."""

from pathlib import Path

import pytest

from clientela.kernel.environment import AnalyticsEnvironment, WrongSettingError, read_analytics, read_environment


def test_without_settings_it_is_duckdb_in_the_state_folder(tmp_path: Path) -> None:
    expected = AnalyticsEnvironment(engine="duckdb", folder=tmp_path / "analytics", memory_mb=2048, threads=2)
    assert read_analytics({"CLIENTELA_HOME": str(tmp_path)}) == expected
    assert read_environment({"CLIENTELA_HOME": str(tmp_path)}).analytics == expected


def test_a_cluster_a_folder_and_limits_are_taken_as_given(tmp_path: Path) -> None:
    given = {
        "CLIENTELA_HOME": str(tmp_path),
        "CLIENTELA_ANALYTICS": "spark://cluster.example:7077",
        "CLIENTELA_ANALYTICS_FOLDER": "/srv/analytics",
        "CLIENTELA_ANALYTICS_MEMORY_MB": "8000",
        "CLIENTELA_ANALYTICS_THREADS": "16",
    }
    assert read_analytics(given) == AnalyticsEnvironment(
        engine="spark://cluster.example:7077", folder=Path("/srv/analytics"), memory_mb=8000, threads=16
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CLIENTELA_ANALYTICS", "spark", "CLIENTELA_ANALYTICS is «spark»; it must be duckdb, or spark://host:port"),
        ("CLIENTELA_ANALYTICS", "spark://cluster", "CLIENTELA_ANALYTICS is «spark://cluster»"),
        ("CLIENTELA_ANALYTICS", "spark://cluster:port", "CLIENTELA_ANALYTICS is «spark://cluster:port»"),
        ("CLIENTELA_ANALYTICS", "http://cluster:7077", "CLIENTELA_ANALYTICS is «http://cluster:7077»"),
        ("CLIENTELA_ANALYTICS_FOLDER", "analytics", "CLIENTELA_ANALYTICS_FOLDER is «analytics», which is not"),
        ("CLIENTELA_ANALYTICS_MEMORY_MB", "100", "CLIENTELA_ANALYTICS_MEMORY_MB is «100»"),
        ("CLIENTELA_ANALYTICS_THREADS", "0", "CLIENTELA_ANALYTICS_THREADS is «0»"),
    ],
)
def test_a_wrong_setting_names_itself(tmp_path: Path, name: str, value: str, words: str) -> None:
    with pytest.raises(WrongSettingError) as refused:
        read_analytics({"CLIENTELA_HOME": str(tmp_path), name: value})
    assert str(refused.value).startswith(words)
