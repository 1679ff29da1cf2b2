"""The command that tells how fast this machine is."""

from jsonargparse.typing import PositiveInt

from gspmc.errors import GspmcError


def bench(only: list[str], out: str | None = None, rounds: PositiveInt = 5) -> None:
    """Time training and recognition on this machine against a literal implementation.

    Args:
        only: topic to measure, may be given several times: ctrgcn, partconv, training, loss, texts,
            onnx, recognition (these by default), knowledge, describe, import.
        out: JSON file to write.
        rounds: how often each is timed; the middle and the ends are told.
    """
    import torch

    from gspmc.bench.ceilings import ceilings
    from gspmc.bench.encoders import Row
    from gspmc.bench.report import allocator, line, write_results
    from gspmc.bench.suite import ON_REQUEST, TOPICS, measure
    from gspmc.models.device import fastest_device
    from gspmc.train.precision import multiplies_bf16

    unknown = sorted(set(only) - set(TOPICS))
    if unknown:
        raise GspmcError(f"nothing named {', '.join(unknown)}: choose of {', '.join(TOPICS)}")
    device = fastest_device()
    has_bf16 = multiplies_bf16(device)
    dtypes = [torch.float32, torch.bfloat16] if has_bf16 else [torch.float32]
    limits = ceilings(device, dtypes, rounds)
    print(f"{device}, {torch.get_num_threads()} threads, allocator: {allocator()}")
    for name, value in limits.items():
        print(f"{name.replace('_', ' ')}: {value / 1e9:.4g} G")
    rows: list[Row] = []
    if out is not None:  # a file that cannot be written is told before anything is measured
        write_results(out, limits, rows, rounds)
    topics = [topic for topic in TOPICS if topic in (only or set(TOPICS) - set(ON_REQUEST))]
    for row in measure(topics, rounds, device, has_bf16):
        rows.append(row)
        print(line(row), flush=True)
        if out is not None:  # after each: an interruption keeps what was measured
            write_results(out, limits, rows, rounds)
    if out is not None:
        print(f"results in {out}")
