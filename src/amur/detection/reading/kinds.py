"""What kind of log an event of a cloud or a sensor is, by what stands in it: a table, the first that fits."""

from __future__ import annotations

from collections.abc import Container

KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("zeek//http", ("uid", "id.orig_h", "method", "uri")),
    ("zeek//dns", ("uid", "id.orig_h", "query")),
    ("zeek//dce_rpc", ("uid", "id.orig_h", "endpoint", "operation")),
    ("zeek//smb_files", ("uid", "id.orig_h", "action", "path")),
    ("zeek//kerberos", ("uid", "id.orig_h", "request_type", "service")),
    ("zeek//rdp", ("uid", "id.orig_h", "cookie")),
    ("zeek//x509", ("fingerprint", "certificate.serial")),
    ("zeek//", ("uid", "id.orig_h")),
    ("aws//cloudtrail", ("eventSource", "eventName", "awsRegion")),
    ("kubernetes/application/audit", ("auditID", "verb", "requestURI")),
    ("gcp//gcp.audit", ("protoPayload.methodName", "logName")),
    ("okta//okta", ("eventType", "published", "actor.id")),
    ("azure//signinlogs", ("operationName", "properties.userPrincipalName", "properties.appDisplayName")),
    ("azure//auditlogs", ("operationName", "properties.initiatedBy.user.userPrincipalName")),
    ("azure//activitylogs", ("operationName", "resourceId", "category")),
    ("m365//audit", ("Workload", "Operation", "RecordType")),
    ("github//audit", ("action", "actor", "org", "@timestamp")),
    ("linux//auditd", ("type", "auid", "ses")),
)
"""Kinds of logs by fields that all stand in each of their events; the narrower before the wider."""


def kind_of(fields: Container[str]) -> str:
    """Return the kind of log that has such fields, or an empty text.

    >>> kind_of({"uid": "C1", "id.orig_h": "10.0.0.1", "query": "a.cn"})
    'zeek//dns'
    >>> kind_of({"message": "x"})
    ''
    """
    return next((kind for kind, wanted in KINDS if all(name in fields for name in wanted)), "")
