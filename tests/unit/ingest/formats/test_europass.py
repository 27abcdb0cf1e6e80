"""Europass: XML and JSON up to version 3, and the XML since 2020."""

import json
import time

import pytest

from jobfit.ingest.formats import europass, json_files
from jobfit.ingest.raw import RawRejection
from jobfit.records import Kind

PASSPORT = """<?xml version="1.0" encoding="UTF-8"?>
<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="en">
 <DocumentInfo><DocumentType>ECV</DocumentType></DocumentInfo>
 <LearnerInfo>
  <Identification><PersonName><FirstName>Ilse</FirstName><Surname>Maes</Surname></PersonName>
   <ContactInfo><Address><Contact><PostalCode>9000</PostalCode><Municipality>Ghent</Municipality>
    <Country><Code>BE</Code><Label>Belgium</Label></Country></Contact></Address>
    <Email><Contact>ilse@example.org</Contact></Email></ContactInfo></Identification>
  <Headline><Type><Code>job_applied_for</Code><Label>JOB APPLIED FOR</Label></Type>
   <Description><Label>Laboratory technician</Label></Description></Headline>
  <WorkExperienceList><WorkExperience>
   <Period><From year="2016" month="--09"/><To year="2021" month="--02"/></Period>
   <Position><Label>Lab assistant</Label></Position>
   <Activities>&lt;ul&gt;&lt;li&gt;Ran gas chromatography&lt;/li&gt;&lt;/ul&gt;</Activities>
   <Employer><Name>Scheldt Analytics</Name></Employer></WorkExperience>
   <WorkExperience><Period><From year="2021" month="--03"/><Current>true</Current></Period>
   <Position><Label>Technician</Label></Position><Employer><Name>Dender Labs</Name></Employer></WorkExperience>
  </WorkExperienceList>
  <EducationList><Education><Period><From year="2012"/><To year="2015"/></Period><Title>Bachelor in Chemistry</Title>
   <Organisation><Name>HoGent</Name></Organisation><Level><Code>6</Code><Label>EQF level 6</Label></Level></Education>
  </EducationList>
  <Skills><Linguistic>
   <MotherTongueList><MotherTongue><Description><Code>nl</Code><Label>Dutch</Label></Description></MotherTongue></MotherTongueList>
   <ForeignLanguageList><ForeignLanguage><Description><Code>fr</Code><Label>French</Label></Description>
    <ProficiencyLevel><Listening>B2</Listening><Reading>B2</Reading><SpokenInteraction>B2</SpokenInteraction>
    <SpokenProduction>B2</SpokenProduction><Writing>B2</Writing></ProficiencyLevel></ForeignLanguage></ForeignLanguageList>
  </Linguistic><Computer><Description>&lt;p&gt;LIMS, Excel&lt;/p&gt;</Description></Computer>
  <Driving><Description><Licence>B</Licence></Description></Driving></Skills>
 </LearnerInfo></SkillsPassport>"""
PASSPORT_JSON = {
    "SkillsPassport": {
        "Locale": "en",
        "LearnerInfo": {
            "Identification": {
                "PersonName": {"FirstName": "Ilse", "Surname": "Maes"},
                "ContactInfo": {"Address": {"Contact": {"Municipality": "Ghent", "Country": {"Label": "Belgium"}}}},
            },
            "Headline": {"Description": {"Label": "Laboratory technician"}},
            "WorkExperience": [
                {
                    "Period": {"From": {"Year": 2016, "Month": 9}, "To": {"Year": 2021, "Month": 2}},
                    "Position": {"Label": "Lab assistant"},
                    "Activities": "<p>Ran gas chromatography</p>",
                    "Employer": {"Name": "Scheldt Analytics"},
                },
                {
                    "Period": {"From": {"Year": 2021, "Month": 3}, "Current": True},
                    "Position": {"Label": "Technician"},
                    "Employer": {"Name": "Dender Labs"},
                },
            ],
            "Education": [
                {
                    "Period": {"From": {"Year": 2012}, "To": {"Year": 2015}},
                    "Title": "Bachelor in Chemistry",
                    "Organisation": {"Name": "HoGent"},
                    "Level": {"Label": "EQF level 6"},
                }
            ],
            "Skills": {
                "Linguistic": {
                    "MotherTongue": [{"Description": {"Label": "Dutch"}}],
                    "ForeignLanguage": [
                        {"Description": {"Label": "French"}, "ProficiencyLevel": {"Listening": "B2", "Writing": "B2"}}
                    ],
                },
                "Computer": {"Description": "<p>LIMS, Excel</p>"},
                "Driving": {"Description": ["B"]},
            },
        },
    }
}
CANDIDATE = """<?xml version="1.0" encoding="UTF-8"?>
<Candidate xmlns="http://www.europass.eu/1.0" xmlns:hr="http://www.hr-xml.org/3" xmlns:oa="http://www.openapplications.org/oagis/9"
 xmlns:eures="http://www.europass_eures.eu/1.0">
 <CandidatePerson><PersonName>
  <oa:GivenName>Ilse</oa:GivenName><hr:FamilyName>Maes</hr:FamilyName></PersonName></CandidatePerson>
 <CandidateProfile languageCode="en">
  <hr:ExecutiveSummary>Laboratory technician</hr:ExecutiveSummary>
  <EmploymentHistory><EmployerHistory><hr:OrganizationName>Scheldt Analytics</hr:OrganizationName>
   <PositionHistory><PositionTitle typeCode="FREETEXT">Lab assistant</PositionTitle>
    <eures:EmploymentPeriod><eures:StartDate>
     <hr:FormattedDateTime>2016-09</hr:FormattedDateTime></eures:StartDate>
     <eures:EndDate><hr:FormattedDateTime>2021-02</hr:FormattedDateTime></eures:EndDate><hr:CurrentIndicator>false</hr:CurrentIndicator>
    </eures:EmploymentPeriod>
    <oa:Description>&lt;p&gt;Ran gas chromatography&lt;/p&gt;</oa:Description><City>Ghent</City>
   </PositionHistory></EmployerHistory>
   <EmployerHistory><hr:OrganizationName>Dender Labs</hr:OrganizationName>
   <PositionHistory><PositionTitle>Technician</PositionTitle>
    <eures:EmploymentPeriod><eures:StartDate><hr:FormattedDateTime>2021-03-01</hr:FormattedDateTime></eures:StartDate>
    <hr:CurrentIndicator>true</hr:CurrentIndicator></eures:EmploymentPeriod>
    </PositionHistory></EmployerHistory></EmploymentHistory>
  <EducationHistory><EducationOrganizationAttendance><hr:OrganizationName>HoGent</hr:OrganizationName>
   <AttendancePeriod><StartDate><hr:FormattedDateTime>2012</hr:FormattedDateTime></StartDate>
    <EndDate>
    <hr:FormattedDateTime>2015</hr:FormattedDateTime></EndDate></AttendancePeriod>
   <EducationDegree><hr:DegreeName>Bachelor in Chemistry</hr:DegreeName></EducationDegree>
   </EducationOrganizationAttendance>
  </EducationHistory>
  <PersonQualifications>
   <PersonCompetency><CompetencyID>Dutch</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID></PersonCompetency>
   <PersonCompetency><CompetencyID>French</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID>
    <eures:CompetencyDimension>
     <hr:CompetencyDimensionTypeCode>CEF-Understanding-Listening</hr:CompetencyDimensionTypeCode>
     <eures:Score><hr:ScoreText>B2</hr:ScoreText></eures:Score>
    </eures:CompetencyDimension></PersonCompetency>
   <PersonCompetency><hr:CompetencyName>LIMS, Excel</hr:CompetencyName></PersonCompetency>
  </PersonQualifications>
  <Licenses><License><hr:LicenseTypeCode>B</hr:LicenseTypeCode></License></Licenses>
 </CandidateProfile></Candidate>"""
WANTED = (
    "Ilse Maes", "Laboratory technician", "Lab assistant — Scheldt Analytics", "2016-09 – 2021-02",
    "Ran gas chromatography",
    "Technician — Dender Labs", "2021-03 – present", "Bachelor in Chemistry — HoGent", "2012 – 2015", "Dutch",
    "French: B2", "LIMS, Excel", "Ghent",
)  # fmt: skip


@pytest.mark.parametrize(
    ("extract", "data"),
    [(europass.extract, PASSPORT), (europass.extract, CANDIDATE), (json_files.extract, json.dumps(PASSPORT_JSON))],
    ids=["passport", "candidate", "json"],
)
def test_europass_is_read_in_full(extract, data):
    [document] = extract(data.encode())
    assert document.kind is Kind.CANDIDATE
    assert [phrase for phrase in WANTED if phrase not in document.text] == []
    assert "<p>" not in document.text and "JOB APPLIED FOR" not in document.text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (PASSPORT[:900], "damaged at line"),
        ("<?xml version='1.0'?><invoice/>", "no CV here (invoice)"),
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><SkillsPassport>&b;</SkillsPassport>', "entities"),
        ("<SkillsPassport/>", "says nothing"),
        ("<Candidate/>", "says nothing"),
        ("<Candidate>" + "<a>" * 100 + "</a>" * 100 + "</Candidate>", "nested too deeply"),
        ("", "damaged"),
    ],
)
def test_other_or_broken_xml_is_refused_with_its_reason(data, reason):
    [result] = europass.extract(data.encode())
    assert isinstance(result, RawRejection) and reason in result.reason


def test_long_list_takes_linear_time():
    entry = "<WorkExperience><Position><Label>Cook</Label></Position></WorkExperience>"
    learner = f"<LearnerInfo><WorkExperienceList>{entry * 5_000}</WorkExperienceList></LearnerInfo>"
    page = f"<SkillsPassport>{learner}</SkillsPassport>"
    started = time.process_time()
    list(europass.extract(page.encode()))
    assert time.process_time() - started < 5
