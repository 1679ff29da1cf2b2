"""A bundle and keypoints in, ranked signs out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from gspmc.data.clip import Clip
from gspmc.data.preprocess import preprocess
from gspmc.data.windows import ClipWindows
from gspmc.errors import GspmcError, first_line
from gspmc.models.cuda_graph import Recorded
from gspmc.models.folding import fold_batch_norms
from gspmc.models.snapshot import load_model
from gspmc.pose import PoseSequence
from gspmc.skeleton import get_layout


@dataclass(frozen=True)
class Candidate:
    """One class with its probability: calibrated, where the bundle is."""

    label: str
    probability: float


class Recognizer:
    """A loaded bundle (or finished run)."""

    def __init__(
        self, bundle: str | Path, device: str = "cpu", other_extractor: bool = False
    ) -> None:
        """Args:
        bundle: or finished run.
        device: "cpu", or "cuda", whose kernels are recorded here once, in some seconds.
        other_extractor: take keypoints from another extractor than those it was trained on.

        Raises:
            GspmcError: there is no readable bundle, no such device, or a model that cannot be
                recorded.
        """
        self.config, model = load_model(bundle)
        self.other_extractor = other_extractor
        self.layout = get_layout(self.config.layout)
        try:
            self.model = folded = fold_batch_norms(model).to(device)
        except (AssertionError, RuntimeError) as error:  # by how PyTorch was built
            raise GspmcError(f"no device {device!r} here: {first_line(error)}") from error
        self._logits: Callable[[Tensor], Tensor] = lambda x: folded(x).logits.float()
        if torch.device(device).type == "cuda":
            shape = len(self.layout.channels), self.config.preprocessing.frames
            clips = torch.zeros(1, *shape, self.layout.num_joints, device=device)
            try:
                self._logits = Recorded(self._logits, clips)
            except RuntimeError as error:  # an encoder that waits for the GPU, say
                reason = first_line(error)
                raise GspmcError(
                    f"{bundle} cannot be recorded as a CUDA graph: {reason}; take the CPU"
                ) from error

    @torch.inference_mode()
    def recognize(self, pose: PoseSequence, top: int = 5) -> list[Candidate]:
        """The `top` likeliest signs of a clip, best first.

        Raises:
            GspmcError: the clip has another layout or extractor, or shows no hand.
        """
        if not self.other_extractor:
            self.config.refuse_extractor(pose.extractor, "the clip")
        if pose.layout != self.config.layout:
            raise GspmcError(
                f"the clip is {pose.layout}, the bundle takes {self.config.layout}: convert it"
            )
        settings, hands = self.config.preprocessing, self.layout.hands
        if hands and not (pose.keypoints[:, hands, -1] >= settings.min_confidence).any():
            raise GspmcError("the clip shows no hand: nothing to recognise")
        points = preprocess(pose, settings)
        windows = ClipWindows([points], [0], self.layout, settings.frames)
        x = windows.batch(torch.tensor([0]), self.config.stream).x
        logits = self._logits(x)[0]
        if self.config.calibration is not None:
            logits = logits / self.config.calibration.temperature
        probabilities = logits.softmax(dim=-1)
        best = probabilities.topk(min(top, len(self.config.labels)))
        return [
            Candidate(self.config.labels[index], value)
            for value, index in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]

    def rejects(self, candidates: Sequence[Candidate]) -> bool:
        """Whether the first candidate is less probable than the bundle's threshold.

        "Not sure" is then the better answer. Never, where the bundle has no threshold.
        """
        calibration = self.config.calibration
        if calibration is None or calibration.reject_threshold is None:
            return False
        return candidates[0].probability < calibration.reject_threshold

    def recognize_all(
        self, clips: Iterable[Clip], top: int = 5
    ) -> Iterator[tuple[Clip | None, list[Candidate] | GspmcError]]:
        """Every clip with its candidates, or with the reason why there are none.

        Where the iterator of `clips` fails to read one, None stands for it, and the next follows.
        """
        remaining = iter(clips)
        while True:
            clip = None
            try:
                clip = next(remaining)
                yield clip, self.recognize(clip.pose, top)
            except StopIteration:
                return
            except GspmcError as error:
                yield clip, error
