"""The tables of submissions, their history, contracts and imports."""

from submissions.models.bulk_act import BulkAct, BulkLine
from submissions.models.contract import ClaimRules, Contract, HolderDecision
from submissions.models.contract_import import ContractImport, ImportProblem, StagedContract
from submissions.models.filing import (
    Document,
    Filing,
    KeptDocument,
    document_path,
    private_storage,
)
from submissions.models.hand_over import HandOver
from submissions.models.history import (
    Correction,
    CorrectionItem,
    InternalNote,
    Step,
)
from submissions.models.inquiry_reply import InquiryReply
from submissions.models.partial_upload import PartialUpload
from submissions.models.registry_check import RegistryCheck
from submissions.models.submission import Submission
from submissions.models.waiting_file import WaitingFile
from submissions.models.work_item import WorkItem
from submissions.states import State

__all__ = [
    "BulkAct",
    "BulkLine",
    "ClaimRules",
    "Contract",
    "ContractImport",
    "Correction",
    "CorrectionItem",
    "Document",
    "Filing",
    "HandOver",
    "HolderDecision",
    "ImportProblem",
    "InquiryReply",
    "InternalNote",
    "KeptDocument",
    "PartialUpload",
    "RegistryCheck",
    "StagedContract",
    "State",
    "Step",
    "Submission",
    "WaitingFile",
    "WorkItem",
    "document_path",
    "private_storage",
]
