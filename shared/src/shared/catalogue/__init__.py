"""The models on offer, as data: which there are, what each takes, and how our words become the model's.

Load it once with :func:`load`; a model is added or changed by a file, not by code.
"""

from shared.catalogue.catalogue import Catalogue, UnknownModel
from shared.catalogue.loading import CatalogueError, load
from shared.catalogue.model import ImageInput, Model, Ref, Setting

__all__ = ["Catalogue", "CatalogueError", "ImageInput", "Model", "Ref", "Setting", "UnknownModel", "load"]
