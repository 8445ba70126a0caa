"""`clientela voice analyse`: lines of text in, what each means out. Needs no database and no settings."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated, BinaryIO

import typer
from rich.progress import Progress, TaskID

from clientela.command.progress import progress_of_work
from clientela.kernel.languages import DEFAULT_LANGUAGE
from clientela.voice.meaning.encoder import Encoder, EncoderError, is_available
from clientela.voice.meaning.feeling import Feeling
from clientela.voice.meaning.reading import TextIn, TextRead, read_texts, shipped_model

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

DAMAGED = 1
_BATCH = 32
# A line is kept up to here; what is beyond is read past and said.
_LONGEST_LINE = 4_000_000


@app.callback()
def voice() -> None:
    """Understand what people write."""


@app.command()
def analyse(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    language: Annotated[
        str, typer.Option(help="The language of texts too short to tell, such as ro.")
    ] = DEFAULT_LANGUAGE,
    words: Annotated[bool, typer.Option("--words", help="Count words only, as where the encoder is missing.")] = False,
) -> None:
    """Read lines of text from standard input, and say of each its language, feeling and subjects.

    One line of answer for each line, in order, also for an empty one. Needs the extra `meaning`; without it words are
    counted, which is said on the error output and under `by`. Ends with status 1 if the encoder's file is damaged.
    """
    is_encoding = is_available() and not words
    if not is_encoding and not words:
        typer.echo("The encoder is not installed (the extra «meaning»): words are counted instead.", err=True)
    encoder = Encoder() if is_encoding else None
    try:
        with progress_of_work() as progress:
            task = progress.add_task("reading", total=_size_of(sys.stdin.buffer))
            _analyse(encoder, language=language, as_json=as_json, progress=progress, task=task)
    except EncoderError as error:
        typer.echo(f"clientela: {error}", err=True)
        raise typer.Exit(DAMAGED) from error
    except BrokenPipeError:
        # Whoever read has read enough. What Python would flush at its end has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        if encoder is not None:
            encoder.close()


def _analyse(encoder: Encoder | None, *, language: str, as_json: bool, progress: Progress, task: TaskID) -> None:
    model = shipped_model()
    lines = _lines(sys.stdin.buffer)
    # The first answer comes at once, then there are ever more at a time.
    size = 1
    while batch := list(islice(lines, size)):
        texts = [TextIn(_decoded(line), language) for line in batch]
        for read in read_texts(texts, encoder=encoder, model=model):
            sys.stdout.write((_as_json(read) if as_json else _as_line(read)) + "\n")
        sys.stdout.flush()
        progress.advance(task, sum(map(len, batch)))
        size = min(_BATCH, size * 2)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream, each whole up to four million bytes; the rest of a longer one is passed over."""
    while line := stream.readline(_LONGEST_LINE):
        if not line.endswith(b"\n"):
            while (more := stream.readline(_LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
        yield line


def _decoded(line: bytes) -> str:
    """The text of a line. What is not UTF-8 is most likely written by the Windows of the countries we know."""
    line = line.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1250", errors="replace")


def _as_json(read: TextRead) -> str:
    return json.dumps(
        {
            "language": read.language,
            "is_mixed_language": read.is_mixed_language,
            "feeling": _said(read.feeling.feeling),
            "probability": round(read.feeling.probability, 4),
            "positive": round(read.feeling.positive, 4),
            "subjects": [one.key for one in read.subjects],
            "subject_probabilities": {one.key: round(one.probability, 4) for one in read.subjects},
            "personal": sorted({span.kind.value for span in read.personal}),
            "by": "words" if read.is_by_words else "model",
        },
        ensure_ascii=True,
    )


def _as_line(read: TextRead) -> str:
    keys: Sequence[str] = [one.key for one in read.subjects]
    return f"{read.language}  {_said(read.feeling.feeling):<10}  {read.feeling.probability:.2f}  {', '.join(keys)}"


def _said(feeling: Feeling) -> str:
    return "can't tell" if feeling is Feeling.CANT_TELL else feeling.value


def _size_of(stream: BinaryIO) -> int | None:
    """How many bytes there are to read, where a file stands behind the stream."""
    try:
        size = os.fstat(stream.fileno()).st_size
    except OSError:
        return None
    return size or None
