"""Who is who: names of people and organisations in any script in, keys, comparisons and known entries out."""

from service.people.compare import same_person
from service.people.known import Known, by_id, known_person, organisations
from service.people.naming import organisation_key, person_id
from service.people.sounds import name_keys

__all__ = [
    "Known",
    "by_id",
    "known_person",
    "name_keys",
    "organisation_key",
    "organisations",
    "person_id",
    "same_person",
]
