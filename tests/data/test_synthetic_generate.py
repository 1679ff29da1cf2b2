import numpy as np
import pytest

from gspmc.data.synthetic import LEXICON, UNSEEN, synthetic_clips
from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS, get_layout

LAYOUT = get_layout("gsp87")


@pytest.fixture(scope="module")
def clips():
    return list(synthetic_clips(repetitions=2))


def resampled(keypoints, frames=16):
    time = np.linspace(0, len(keypoints) - 1, frames)
    before = time.astype(int)
    after = np.minimum(before + 1, len(keypoints) - 1)
    weight = (time - before)[:, None, None]
    return keypoints[before] * (1 - weight) + keypoints[after] * weight


def nearest_neighbour_accuracy(clips, features):
    """Training signers as references, test signers as queries."""
    vectors = np.stack([features(clip).ravel() for clip in clips]).astype(np.float32)
    labels = np.array([clip.label for clip in clips])
    splits = np.array([clip.split for clip in clips])
    train, test = vectors[splits == "train"], vectors[splits == "test"]
    distance = (train**2).sum(axis=1) - 2 * test @ train.T
    found = labels[splits == "train"][distance.argmin(axis=1)]
    return (found == labels[splits == "test"]).mean()


def raw(clip):
    return resampled(clip.pose.keypoints[..., :2].astype(np.float32))


def normalised(clip):
    """Centred and scaled by the shoulders, mirrored for left-handers, hands and face apart."""
    keypoints = clip.pose.keypoints[..., :2].astype(np.float32).copy()
    time = np.arange(len(keypoints))
    for joint in range(LAYOUT.num_joints):
        seen = clip.pose.visible[:, joint]
        if seen.any():
            for axis in (0, 1):
                keypoints[:, joint, axis] = np.interp(
                    time, time[seen], keypoints[seen, joint, axis]
                )
    left, right = (keypoints[:, LAYOUT.index(f"{side}_shoulder")] for side in ("left", "right"))
    scale = np.median(np.linalg.norm(left - right, axis=-1))
    keypoints = (keypoints - np.median((left + right) / 2, axis=0)) / scale
    if int(clip.signer[1:]) % 3 == 0:
        keypoints = keypoints[:, list(LAYOUT.mirror)] * [-1, 1]
    k = resampled(keypoints)
    parts = [k[:, list(LAYOUT.parts["body"])]]
    for side in ("left_hand", "right_hand"):
        parts.append(2 * (k[:, list(LAYOUT.parts[side])] - k[:, [LAYOUT.parts[side][0]]]))
    eyes = [LAYOUT.index(f"face.eye_{side}_inner") for side in ("left", "right")]
    face = k[:, list(LAYOUT.parts["mouth"] + LAYOUT.parts["face"])]
    return np.concatenate([*parts, 5 * (face - k[:, eyes].mean(axis=1, keepdims=True))], axis=1)


def test_raw_coordinates_make_the_classes_neither_trivial_nor_noise(clips):
    assert 0.30 <= nearest_neighbour_accuracy(clips, raw) <= 0.80


def test_normalised_coordinates_hold_the_signs(clips):
    assert nearest_neighbour_accuracy(clips, normalised) >= 0.75


def test_default_clips_are_every_sign_by_every_signer(clips):
    assert len(clips) == len(LEXICON) * 10 * 2
    assert len({clip.id for clip in clips}) == len(clips)
    assert {clip.label for clip in clips} == {spec.gloss for spec in LEXICON}


def test_splits_share_no_signer(clips):
    signers = {split: {c.signer for c in clips if c.split == split} for split in ("train", "val")}
    test = {clip.signer for clip in clips if clip.split == "test"}
    assert signers["train"] == {f"s{number:02d}" for number in range(1, 8)}
    assert signers["val"] == {"s08"}
    assert test == {"s09", "s10"}


def test_points_keep_the_convention_of_missing_ones(clips):
    frames = np.concatenate([clip.pose.keypoints for clip in clips])
    assert frames.dtype == np.float16
    confidence = frames[..., 2]
    assert confidence.min() >= 0
    assert confidence.max() <= 1
    assert (frames[confidence == 0] == 0).all()
    assert frames[..., 1].max() <= 1
    assert frames[..., 0].max() <= 640 / 480 + 1e-3


def test_lengths_and_missing_hands_are_moderate(clips):
    lengths = [len(clip.pose.keypoints) for clip in clips]
    assert 20 <= min(lengths) < 40 < max(lengths) <= 90
    lost = [
        any(
            not clip.pose.visible[:, list(LAYOUT.parts[hand])].any(axis=1).all()
            for hand in ("left_hand", "right_hand")
        )
        for clip in clips
    ]
    assert 0.05 < np.mean(lost) < 0.4


def test_every_part_is_seen(clips):
    for part in PARTS:
        seen = [clip.pose.visible[:, list(LAYOUT.parts[part])].mean() for clip in clips[::40]]
        assert np.mean(seen) > 0.7, part


def by_id(**options):
    return {clip.id: clip.pose.keypoints for clip in synthetic_clips(**options)}


def test_the_same_seed_gives_the_same_clips_and_another_seed_others():
    options = {"signers": 4, "repetitions": 1, "glosses": ["BALU", "NIKTE"]}
    first, again, other = (
        by_id(seed=3, **options),
        by_id(seed=3, **options),
        by_id(seed=4, **options),
    )
    assert first.keys() == again.keys() == other.keys()
    for name, keypoints in first.items():
        np.testing.assert_array_equal(keypoints, again[name])
        assert keypoints.shape != other[name].shape or (keypoints != other[name]).any()


def test_a_subset_is_the_same_clips_as_in_the_whole(clips):
    whole = {clip.id: clip for clip in clips}
    for name, keypoints in by_id(signers=4, repetitions=1, glosses=["ZUPEL", "BALU"]).items():
        np.testing.assert_array_equal(keypoints, whole[name].pose.keypoints)


def test_repetitions_differ(clips):
    whole = {clip.id: clip.pose.keypoints for clip in clips}
    one, other = whole["s01-BALU-0"], whole["s01-BALU-1"]
    assert one.shape != other.shape or (one != other).any()


def test_unseen_signs_come_on_demand_in_a_split_of_their_own():
    glosses = [spec.gloss for spec in UNSEEN]
    clips = list(synthetic_clips(signers=4, repetitions=1, glosses=glosses))
    assert len(clips) == 4 * len(UNSEEN)
    assert {clip.split for clip in clips} == {"unseen"}


@pytest.mark.parametrize(
    "options, message",
    [
        ({"signers": 3}, "3 synthetic signers are too few"),
        ({"repetitions": 0}, "repetitions must be at least 1"),
        ({"glosses": ["BOAT"]}, "no synthetic sign 'BOAT'"),
        ({"seed": -1}, "seed must not be negative"),
    ],
)
def test_bad_options_are_refused_before_the_first_clip(options, message):
    with pytest.raises(GspmcError, match=message):
        synthetic_clips(**options)
