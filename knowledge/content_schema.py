"""The JSON Schema of a content file, so that editors complete fields and warn at once."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from knowledge.reading import LISTS, MAPPINGS, SINGLES

FILE = "content.schema.json"


def content_schema() -> dict[str, Any]:
    """Return the schema of one content file: any of the sections."""
    fields: dict[str, Any] = {name: (list[model], None) for name, model in LISTS.items()}  # type: ignore[valid-type]
    fields |= {name: (dict[str, model], None) for name, model in MAPPINGS.items()}  # type: ignore[valid-type]
    fields |= {name: (model, None) for name, model in SINGLES.items()}
    config = ConfigDict(extra="forbid", title="Content of the health IT guide")
    file: type[BaseModel] = create_model("ContentFile", __config__=config, **fields)
    schema = file.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def as_text() -> str:
    """Return the schema as it is written to its file."""
    return json.dumps(content_schema(), indent=1, ensure_ascii=False) + "\n"
