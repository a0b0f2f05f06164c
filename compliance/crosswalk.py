"""Which requirements of other standards the fifteen controls serve, as one more framework.

The assignment is the one in Prowler 5.46.0's own framework files, ids as they stand there, so that a row of this report
can be laid beside the same row of Prowler's. Left out are frameworks that are Prowler's own score or checklist, a
translation of another one, and the CIS AWS benchmarks, which have files of their own here.

A universal framework only: its many rows would bury the benchmark's number in the COMPLIANCE column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compliance.benchmark import VERSIONS, requirements
from prowler_cis_monitoring.controls import CONTROLS

NAME = "monitoring_crosswalk_aws"
"""The framework's name on Prowler's command line, which is its file name."""


@dataclass(frozen=True)
class _Standard:
    """One standard.

    Attributes:
        label: short name, the first word of our requirement ids.
        title: full name.
        prowler_framework: Prowler's framework that the assignment was taken from.
        controls: requirement id there → the benchmark's ordinals of the controls, "3" for root usage, "1-4" for the
            first four.
    """

    label: str
    title: str
    prowler_framework: str
    controls: dict[str, str]


_ROWS: tuple[_Standard, ...] = (
    _Standard(
        "ASD-Essential-Eight",
        "ASD Essential Eight",
        "asd_essential_eight_aws",
        {
            "E8-3.1": "2",
        },
    ),
    _Standard(
        "AWS-AI-Security-Framework",
        "AWS AI Security Framework",
        "aws_ai_security_framework_aws",
        {
            "AISF-IAM-04": "3",
            "AISF-DETECT-05": "1-4 6 7 10 11 14 15",
        },
    ),
    _Standard(
        "AWS-Well-Architected-Security",
        "AWS Well-Architected Framework, security pillar",
        "aws_well_architected_framework_security_pillar_aws",
        {
            "SEC04-BP04": "1-15",
        },
    ),
    _Standard(
        "C5-2025",
        "BSI C5:2025",
        "c5_aws",
        {
            "OIS-04.03B": "4 5 8-15",
            "OIS-04.01AC": "1-6 8-15",
            "OIS-04.02AC": "1-15",
            "OIS-08.02B": "7",
            "HR-03.02AC": "1-15",
            "AM-01.01AC": "1-10 15",
            "AM-07.02B": "7",
            "AM-09.03AC": "1-15",
            "OPS-11.02AC": "1-12 14 15",
            "OPS-13.03AC": "5 9 11-14",
            "OPS-16.01B": "2",
            "OPS-26.05B": "1-12 14 15",
            "OPS-26.01AS": "1-12 14 15",
            "OPS-26.06B": "1-15",
            "IAM-03.01B": "3",
            "IAM-03.03B": "3",
            "IAM-03.01AC": "2 6",
            "IAM-06.04B": "3",
            "IAM-06.05B": "1 3",
            "IAM-09.02B": "2",
            "IAM-09.01AC": "2",
            "CRY-05.02B": "7",
            "COS-03.02B": "12-14",
            "SIM-03.07B": "5",
            "COM-04.01AC": "5",
            "PSS-04.01B": "1-15",
            "PSS-05.01B": "2",
            "PSS-07.02B": "2",
        },
    ),
    _Standard(
        "CIS-Controls-8.1",
        "CIS Critical Security Controls 8.1",
        "cis_controls_8.1",
        {
            "8.11": "1-15",
        },
    ),
    _Standard(
        "CISA-Cyber-Essentials",
        "CISA Cyber Essentials",
        "cisa_aws",
        {
            "your-data-2": "5",
        },
    ),
    _Standard(
        "CMMC-2.0",
        "CMMC 2.0",
        "cmmc_2.0",
        {
            "CM.L2-3.4.3": "9",
            "IR.L2-3.6.1": "11-14",
        },
    ),
    _Standard(
        "CSA-CCM-4.0",
        "CSA Cloud Controls Matrix 4.0",
        "csa_ccm_4.0",
        {
            "CCC-04": "15",
            "CCC-07": "5-7 9 11-13 15",
            "LOG-03": "1-3",
            "LOG-05": "1-4 6-8 10-15",
        },
    ),
    _Standard(
        "DORA",
        "Digital Operational Resilience Act, Regulation (EU) 2022/2554",
        "dora_2022_2554",
        {
            "DORA-Art19": "1-15",
        },
    ),
    _Standard(
        "ENS-RD2022",
        "Esquema Nacional de Seguridad, RD 311/2022",
        "ens_rd2022_aws",
        {
            "op.exp.8.aws.ct.2": "5",
            "op.exp.8.aws.ct.5": "1-4 6",
            "op.exp.8.aws.cw.1": "3",
            "op.exp.8.r1.aws.ct.2": "5",
            "op.exp.8.r1.aws.ct.3": "5",
            "op.exp.10.aws.cmk.4": "7",
            "op.exp.10.aws.cmk.5": "7",
        },
    ),
    _Standard(
        "FedRAMP-20x-KSI-2026",
        "FedRAMP 20x Key Security Indicators 2026",
        "fedramp_20x_ksi_2026",
        {
            "KSI-CMT-LMC": "4 5 7-15",
        },
    ),
    _Standard(
        "FedRAMP-Low-R4",
        "FedRAMP Low, revision 4",
        "fedramp_low_revision_4_aws",
        {
            "ac-2": "11",
            "ca-7": "11",
            "ir-4": "11-14",
        },
    ),
    _Standard(
        "FedRAMP-Moderate-R4",
        "FedRAMP Moderate, revision 4",
        "fedramp_moderate_revision_4_aws",
        {
            "ac-2-4": "11-14",
            "au-6-1-3": "11-14",
            "au-7-1": "11-14",
            "ca-7-a-b": "11-14",
            "ir-4-1": "11-14",
            "si-4-2": "11-14",
            "si-4-4": "11-14",
            "si-4-5": "11-14",
            "si-4-a-b-c": "11-14",
        },
    ),
    _Standard(
        "FFIEC",
        "FFIEC Cybersecurity Assessment Tool",
        "ffiec_aws",
        {
            "d5-dr-de-b-1": "11-14",
            "d5-dr-de-b-3": "11-14",
        },
    ),
    _Standard(
        "FINOS-CCC",
        "FINOS Common Cloud Controls",
        "ccc_aws",
        {
            "CCC.Core.CN09.AR02": "5",
            "CCC.Core.CN09.AR03": "5 11-14",
            "CCC.Core.CN04.AR01": "1-14",
            "CCC.AuditLog.CN03.AR01": "5",
            "CCC.AuditLog.CN03.AR02": "8",
            "CCC.Logging.CN07.AR01": "5",
            "CCC.LB.CN04.AR01": "5",
            "CCC.KeyMgmt.CN01.AR01": "7",
            "CCC.IAM.CN10.AR01": "1-3 6",
            "CCC.IAM.CN10.AR02": "1 6",
        },
    ),
    _Standard(
        "GDPR",
        "General Data Protection Regulation",
        "gdpr_aws",
        {
            "article_25": "1-10",
        },
    ),
    _Standard(
        "HIPAA",
        "HIPAA Security Rule",
        "hipaa_aws",
        {
            "164_308_a_5_ii_c": "6",
            "164_308_a_6_i": "3 6 11-14",
            "164_308_a_6_ii": "3 6",
        },
    ),
    _Standard(
        "ISO27001-2013",
        "ISO/IEC 27001:2013",
        "iso27001_2013_aws",
        {
            "A.10.1.C": "7",
            "A.12.4.A": "14",
            "A.12.4.B": "13",
            "A.12.4.C": "12",
            "A.12.4.D": "11",
            "A.12.4.E": "10",
            "A.12.4.F": "9",
            "A.12.4.G": "8",
            "A.12.4.H": "7",
            "A.12.4.I": "6",
            "A.12.4.J": "5",
            "A.12.4.K": "4",
            "A.12.4.L": "3",
            "A.12.4.M": "2",
            "A.12.4.N": "1",
        },
    ),
    _Standard(
        "ISO27001-2022",
        "ISO/IEC 27001:2022",
        "iso27001_2022_aws",
        {
            "A.8.15": "1-12 14 15",
            "A.8.16": "1-12 14 15",
            "A.8.20": "14",
            "A.8.21": "14",
            "A.8.22": "14",
        },
    ),
    _Standard(
        "KISA-ISMS-P-2023",
        "KISA ISMS-P 2023",
        "kisa_isms_p_2023_aws",
        {
            "2.9.4": "11-14",
            "2.10.1": "1-15",
            "2.10.2": "1-15",
            "2.11.3": "1-15",
        },
    ),
    _Standard(
        "MITRE-ATTACK",
        "MITRE ATT&CK",
        "mitre_attack_aws",
        {
            "T1485": "7",
            "T1496": "1-15",
        },
    ),
    _Standard(
        "NIS2",
        "NIS2, Directive (EU) 2022/2555",
        "nis2_aws",
        {
            "2.2.3": "4 5 8-15",
            "2.3.1": "3",
            "3.2.1": "3",
            "3.2.2": "3 4 10 15",
            "3.2.3.a": "11-13",
            "3.2.3.b": "4 8 10 15",
            "3.2.3.c": "1-12 14 15",
            "3.2.3.d": "2 6",
            "3.2.3.e": "3",
            "3.2.3.f": "4 5 8-15",
            "3.2.3.g": "1-10 15",
            "3.2.4": "1 5 12-14",
            "3.4.2.c": "1",
            "3.5.4": "1-10 15",
            "6.4.1": "11-14",
            "7.2.b": "3-9 15",
            "9.2.c.vii": "2 3",
            "11.5.2.d": "4 10 15",
            "11.7.2": "2",
        },
    ),
    _Standard(
        "NIST-800-171-R2",
        "NIST SP 800-171, revision 2",
        "nist_800_171_revision_2_aws",
        {
            "3_6_1": "11-14",
            "3_6_2": "11-14",
            "3_12_4": "11-14",
        },
    ),
    _Standard(
        "NIST-800-53-R4",
        "NIST SP 800-53, revision 4",
        "nist_800_53_revision_4_aws",
        {
            "ac_2_4": "11-14",
            "au_6_1": "11-14",
            "au_6_3": "11-14",
            "au_7_1": "11-14",
            "ca_7": "11-14",
            "ir_4_1": "11-14",
            "si_4_2": "11-14",
            "si_4_4": "11-14",
            "si_4_5": "11-14",
            "si_4": "11-14",
        },
    ),
    _Standard(
        "NIST-800-53-R5",
        "NIST SP 800-53, revision 5",
        "nist_800_53_revision_5_aws",
        {
            "au_6_1": "11-14",
            "au_6_5": "11-14",
            "au_12_3": "11-14",
            "au_14_a": "11-14",
            "au_14_b": "11-14",
            "ca_2_2": "11-14",
            "ca_7": "11-14",
            "ca_7_b": "11-14",
            "pm_14_a_1": "11-14",
            "pm_14_b": "11-14",
            "pm_31": "11-14",
            "sc_36_1_a": "11-14",
            "si_2_a": "11-14",
            "si_4_12": "11-14",
            "si_5_1": "11-14",
            "si_5_b": "11-14",
        },
    ),
    _Standard(
        "NIST-CSF-1.1",
        "NIST Cybersecurity Framework 1.1",
        "nist_csf_1.1_aws",
        {
            "ae_5": "11-14",
            "cm_2": "1-14",
            "cm_5": "11-14",
            "cp_4": "11-14",
            "ra_5": "1-14",
            "sc_4": "1-10",
        },
    ),
    _Standard(
        "NIST-CSF-2.0",
        "NIST Cybersecurity Framework 2.0",
        "nist_csf_2.0_aws",
        {
            "ov_3": "1 4 5 9 10",
            "ra_5": "1 5 6 9 11 12 14",
            "ip_7": "1 6",
            "ip_8": "1 3 5 6 9 10",
            "pt_1": "1 5 6 8 9",
            "ae_1": "1 5 8-10",
            "ae_2": "1 3-10 12-14",
            "ae_3": "5 9 12 13 15",
            "cm_1": "1 5 6 9 11-14",
            "cm_3": "1 5 6",
            "cm_7": "1 3-10 15",
            "dp_4": "1 3 5 6 9-13",
        },
    ),
    _Standard(
        "PCI-DSS-3.2.1",
        "PCI DSS 3.2.1",
        "pci_3.2.1_aws",
        {
            "7.2": "3",
            "7.2.1": "3",
            "8.1": "4",
            "8.1.2": "4",
        },
    ),
    _Standard(
        "SecNumCloud-3.2",
        "ANSSI SecNumCloud 3.2",
        "secnumcloud_3.2_aws",
        {
            "12.9": "1-15",
        },
    ),
    _Standard(
        "SOC2",
        "SOC 2, Trust Services Criteria",
        "soc2_aws",
        {
            "cc_5_2": "4 5 8-15",
            "cc_7_2": "11-14",
            "cc_7_3": "11-14",
            "cc_7_4": "11-14",
            "pi_1_3": "1 3 4 6",
        },
    ),
)


def _slugs(ordinals: str) -> list[str]:
    slugs = [one.slug for one in requirements(VERSIONS[-1]) if one.slug in CONTROLS]
    chosen = []
    for part in ordinals.split():
        first, _, last = part.partition("-")
        chosen += slugs[int(first) - 1 : int(last or first)]
    return chosen


def standards() -> dict[str, dict[str, list[str]]]:
    """Prowler's framework name → requirement id there → slugs of the controls assigned to it."""
    return {
        row.prowler_framework: {number: _slugs(ordinals) for number, ordinals in row.controls.items()} for row in _ROWS
    }


def _requirement(standard: _Standard, number: str, ordinals: str) -> dict[str, Any]:
    controls = [CONTROLS[slug] for slug in _slugs(ordinals)]
    return {
        "id": f"{standard.label} {number}",
        "name": f"{standard.title}: {number}",
        "description": "; ".join(control.title for control in controls),
        "attributes": {
            "Standard": standard.title,
            "Requirement": number,
            "ProwlerFramework": standard.prowler_framework,
        },
        "checks": {"aws": [control.check_id for control in controls]},
    }


def universal() -> dict[str, Any]:
    """Content of the file for the entry-point group `prowler.compliance.universal`.

    Source of the form: `ComplianceFramework` in `prowler.lib.check.compliance_models`.
    """
    return {
        "framework": "Monitoring-Crosswalk",
        "name": "Requirements of other standards that ask for the CIS AWS Monitoring alerts",
        "version": "1.0",
        "provider": "AWS",
        "description": (
            "The fifteen alerts of the CIS AWS Foundations Benchmark's Monitoring section, under the requirements of "
            "other standards to which Prowler 5.46.0 assigns its own checks of the same controls. These alerts alone "
            "do not meet a requirement; without them it is not met."
        ),
        "attributes_metadata": [
            {"key": key, "type": "str", "required": True} for key in ("Standard", "Requirement", "ProwlerFramework")
        ],
        "outputs": {"table_config": {"group_by": "Standard"}},
        "requirements": [
            _requirement(standard, number, ordinals)
            for standard in _ROWS
            for number, ordinals in standard.controls.items()
        ],
    }
