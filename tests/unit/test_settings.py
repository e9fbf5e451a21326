"""Settings are read once, every fault is named at once, and the sealing key is made once."""

from __future__ import annotations

import stat
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from core.settings import Settings, SettingsError, load_settings, variable_name
from tests.support.sources import ROOT

ONE_PROCESS = """
import pathlib, sys
from core.settings import load_settings
print(load_settings({}, data_dir=pathlib.Path(sys.argv[1])).sealing_key())
"""


def faults_of(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return caught.value.faults


def test_an_empty_environment_gives_the_defaults() -> None:
    assert load_settings({}) == Settings()
    assert load_settings({"TIDTAM_PORT": "", "TIDTAM_HOST": "  "}) == Settings()


def test_values_are_read_by_the_type_of_their_default() -> None:
    settings = load_settings(
        {
            "TIDTAM_DATA_DIR": "/srv/tidtam",
            "TIDTAM_PORT": "9000",
            "TIDTAM_TRUST_PROXY": "yes",
            "TIDTAM_WORKER_IN_PROCESS": "off",
            "TIDTAM_PUBLIC_URL": " https://forms.example.go.th ",
        }
    )
    assert settings.data_dir == Path("/srv/tidtam")
    assert (settings.port, settings.trust_proxy, settings.worker_in_process) == (9000, True, False)
    assert settings.public_url == "https://forms.example.go.th"


@pytest.mark.parametrize("word", ["1", "yes", "true", "on", "TRUE", "Yes"])
def test_yes_has_many_words(word: str) -> None:
    assert load_settings({"TIDTAM_TRUST_PROXY": word}).trust_proxy is True


@pytest.mark.parametrize("word", ["0", "no", "false", "off", "NO"])
def test_so_has_no(word: str) -> None:
    assert load_settings({"TIDTAM_WORKER_IN_PROCESS": word}).worker_in_process is False


def test_every_fault_is_listed_at_once_with_the_name_of_its_variable() -> None:
    faults = faults_of(
        {
            "TIDTAM_PORT": "many",
            "TIDTAM_THREADS": "-1",
            "TIDTAM_MAX_XML_BYTES": "๑๐",
            "TIDTAM_TRUST_PROXY": "perhaps",
            "TIDTAM_DEFAULT_LANGUAGE": "fr",
            "TIDTAM_LOG_LEVEL": "debug",
            "TIDTAM_TIMEZONE": "Asia/Nowhere",
            "TIDTAM_WORKERS": "4",
            "TIDTAM_S3_ACCESS_KEY": "alone",
            "TIDTAM_PUBLIC_URL": "forms.example.go.th",
        }
    )
    named = [
        "TIDTAM_PORT", "TIDTAM_THREADS", "TIDTAM_MAX_XML_BYTES", "TIDTAM_TRUST_PROXY", "TIDTAM_DEFAULT_LANGUAGE",
        "TIDTAM_LOG_LEVEL", "TIDTAM_TIMEZONE", "TIDTAM_WORKERS", "TIDTAM_S3_ACCESS_KEY", "TIDTAM_PUBLIC_URL",
    ]  # fmt: skip
    assert len(faults) == len(named)
    assert all(any(name in fault for fault in faults) for name in named)


def test_the_faults_are_one_readable_text() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"TIDTAM_PORT": "x", "TIDTAM_WORKERS": "y"})
    assert str(caught.value).splitlines()[0] == "Settings cannot be used:"
    assert len(str(caught.value).splitlines()) == 3


def test_a_secret_is_not_told_in_a_fault() -> None:
    secret = "correct-horse"
    faults = faults_of({"TIDTAM_S3_SECRET_KEY": secret, "TIDTAM_PORT": "x"})
    assert not any(secret in fault for fault in faults)


def test_an_override_goes_before_the_environment_even_when_that_is_of_no_use() -> None:
    assert load_settings({"TIDTAM_PORT": "many"}, port=9000).port == 9000
    assert load_settings({"TIDTAM_PORT": "8000"}, port=9000).port == 9000


@pytest.mark.parametrize("timezone", ["../../etc/passwd", "/etc/localtime", "Asia/Bangkok\0", "Bangkok"])
def test_a_timezone_is_a_name_and_no_path(timezone: str) -> None:
    assert "TIDTAM_TIMEZONE" in faults_of({"TIDTAM_TIMEZONE": timezone})[0]


def test_several_server_processes_want_postgresql() -> None:
    assert faults_of({"TIDTAM_WORKERS": "2"})
    assert load_settings({"TIDTAM_WORKERS": "2", "TIDTAM_DATABASE_URL": "postgresql://db/tidtam"}).workers == 2


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_spellings_of_a_postgresql_address_use_our_driver(scheme: str) -> None:
    settings = load_settings({"TIDTAM_DATABASE_URL": f"{scheme}://u:p@db/tidtam"})
    assert settings.sqlalchemy_url == "postgresql+psycopg://u:p@db/tidtam"


def test_without_an_address_the_database_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert load_settings({}, data_dir=tmp_path).sqlalchemy_url == f"sqlite:///{tmp_path / 'tidtam.db'}"


def test_every_setting_says_what_it_is_for() -> None:
    for item in fields(Settings):
        assert len(item.metadata["explanation"]) > 5, item.name
        assert variable_name(item.name) == f"TIDTAM_{item.name.upper()}"


def test_keys_passwords_and_addresses_with_passwords_are_marked_as_secret() -> None:
    marked = {item.name for item in fields(Settings) if item.metadata["secret"]}
    assert marked >= {"database_url", "secret_key", "s3_access_key", "s3_secret_key"}


def test_the_sealing_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    settings = load_settings({}, data_dir=tmp_path / "new")
    key = settings.sealing_key()
    path = tmp_path / "new" / "secret.key"
    assert len(key) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert settings.sealing_key() == key
    assert load_settings({}, data_dir=tmp_path / "new").sealing_key() == key
    assert [item.name for item in path.parent.iterdir()] == ["secret.key"]


def test_a_given_key_is_used_and_none_is_written(tmp_path: Path) -> None:
    settings = load_settings({"TIDTAM_SECRET_KEY": "from a vault"}, data_dir=tmp_path)
    assert settings.sealing_key() == "from a vault"
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_at_once_read_one_key(tmp_path: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", ONE_PROCESS, tmp_path], cwd=ROOT, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    keys = {process.communicate(timeout=60)[0] for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert len(keys) == 1
    assert (tmp_path / "secret.key").read_bytes().strip() == keys.pop().strip()
    assert [item.name for item in tmp_path.iterdir()] == ["secret.key"]
