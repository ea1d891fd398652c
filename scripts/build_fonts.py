"""Build the small faces that PDFs use (sans and serif, regular and bold, Traditional and Simplified) from Noto CJK, once.

Each is one face of the collection cut down to Big5, GB2312, Latin and punctuation by HarfBuzz (0.3 s a face; fontTools
takes 14 to 30 s for the same). Whole collections stay the fallback for rare characters. Where only the packaged Sans
Regular exists, it alone is built and the style sheet's fallback does the rest.
"""

import ctypes
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("BYLAW_VAR", ROOT / "var"))
FONTS = Path(os.environ.get("BYLAW_FONTS", VAR / "fonts"))
DEBIAN = Path("/usr/share/fonts/opentype/noto")
COLLECTIONS = {
    "sans-regular": "NotoSansCJK-Regular.ttc",
    "sans-bold": "NotoSansCJK-Bold.ttc",
    "serif-regular": "NotoSerifCJK-Regular.ttc",
    "serif-bold": "NotoSerifCJK-Bold.ttc",
}
REGIONS = {"hant": " TC", "hans": " SC"}
RECIPE = "3"  # raise it when the characters or features below change: faces are then built anew

LAYOUT_FEATURES_SET = 6  # HB_SUBSET_SETS_LAYOUT_FEATURE_TAG
POINTER, UINT = ctypes.c_void_p, ctypes.c_uint
SIGNATURES = {
    "hb_blob_create_from_file_or_fail": (POINTER, [ctypes.c_char_p]),
    "hb_face_create": (POINTER, [POINTER, UINT]),
    "hb_face_reference_blob": (POINTER, [POINTER]),
    "hb_blob_get_data": (POINTER, [POINTER, ctypes.POINTER(UINT)]),
    "hb_set_add": (None, [POINTER, UINT]),
    "hb_set_clear": (None, [POINTER]),
    "hb_subset_input_create_or_fail": (POINTER, []),
    "hb_subset_input_unicode_set": (POINTER, [POINTER]),
    "hb_subset_input_set": (POINTER, [POINTER, ctypes.c_int]),
    "hb_subset_or_fail": (POINTER, [POINTER, POINTER]),
}


def harfbuzz():
    """Return HarfBuzz's functions by name, typed; raises OSError where the library is not installed."""
    core, subset = ctypes.CDLL("libharfbuzz.so.0"), ctypes.CDLL("libharfbuzz-subset.so.0")
    functions = {}
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(subset if "subset" in name else core, name)
        function.restype, function.argtypes = result, arguments
        functions[name] = function
    return functions


def source_of(collection):
    """Return the collection's path: Debian's, else the packaged one, else None."""
    if (DEBIAN / collection).exists():
        return DEBIAN / collection
    packages = sorted(Path(sys.prefix).glob("lib/python3*/site-packages/noto_cjk_sans_otc"))
    return next((folder / collection for folder in packages if (folder / collection).exists()), None)


def characters():
    """Return the code points kept: everything Big5 and GB2312 encode, Latin, punctuation, currency and box forms."""
    kept = set(range(0x20, 0x180)) | set(range(0x2000, 0x2070)) | set(range(0x20A0, 0x20C0))
    kept |= set(range(0x2100, 0x2600)) | set(range(0x25A0, 0x2700)) | set(range(0x3000, 0x3040))
    kept |= set(range(0x3200, 0x3400)) | set(range(0xFF00, 0xFFF0))
    for codec in ("big5", "gb2312"):
        for lead in range(0x81, 0xFF):
            for trail in range(0x40, 0xFF):
                kept.update(map(ord, bytes((lead, trail)).decode(codec, errors="ignore")))
    return kept


def face_index(source, ending):
    """Return the number of the collection's face whose family name ends so (" TC", " SC")."""
    from fontTools.ttLib import TTCollection

    with TTCollection(str(source), lazy=True) as collection:
        names = [font["name"].getDebugName(1) for font in collection.fonts]
    return next(index for index, name in enumerate(names) if name.endswith(ending))


def cut(hb, source, index):
    """Return the bytes of one face with only the characters kept; raises ValueError if HarfBuzz refuses."""
    face = hb["hb_face_create"](hb["hb_blob_create_from_file_or_fail"](str(source).encode()), index)
    request = hb["hb_subset_input_create_or_fail"]()
    wanted = hb["hb_subset_input_unicode_set"](request)
    for code in characters():
        hb["hb_set_add"](wanted, code)
    features = hb["hb_subset_input_set"](request, LAYOUT_FEATURES_SET)
    hb["hb_set_clear"](features)
    for tag in (b"kern", b"mark", b"mkmk", b"ccmp"):
        hb["hb_set_add"](features, int.from_bytes(tag, "big"))
    result = hb["hb_subset_or_fail"](face, request)
    if not result:
        raise ValueError(f"{source.name}: the face could not be cut")
    length = UINT()
    data = hb["hb_blob_get_data"](hb["hb_face_reference_blob"](result), ctypes.byref(length))
    return ctypes.string_at(data, length.value)


def stale():
    """Return the (target, source, ending, stamp, value) to build: missing, of an old recipe, or with a new source."""
    wanted = []
    for style, collection in COLLECTIONS.items():
        source = source_of(collection)
        if not source:
            print(f"[setup] MISSING: {collection}: PDFs show this face in another one.", file=sys.stderr)
            continue
        value = f"{RECIPE}:{source}:{source.stat().st_size}"
        for region, ending in REGIONS.items():
            target, stamp = FONTS / f"{style}-{region}.otf", FONTS / f".{style}-{region}"
            if not target.exists() or not stamp.exists() or stamp.read_text() != value:
                wanted.append((target, source, ending, stamp, value))
    return wanted


def main():
    """Build what is missing; without HarfBuzz say so and leave PDFs to the fonts of the system."""
    FONTS.mkdir(parents=True, exist_ok=True)
    wanted = stale()
    if not wanted:
        return
    try:
        hb = harfbuzz()
    except OSError:
        print("[setup] MISSING: libharfbuzz-subset0: PDFs use the system's fonts and are larger.", file=sys.stderr)
        return
    print(f"[setup] building {len(wanted)} PDF faces", flush=True)
    for target, source, ending, stamp, value in wanted:
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_bytes(cut(hb, source, face_index(source, ending)))
        draft.replace(target)
        stamp.write_text(value)


if __name__ == "__main__":
    main()
