use super::*;

fn identity(name: &str, id: Option<&str>, telephone: Option<&str>) -> Identity {
    Identity {
        name: name.into(),
        id_number: id.map(Into::into),
        telephone: telephone.map(Into::into),
        address: None,
        guardian: None,
        vulnerable: Vec::new(),
    }
}

fn person(identity: &Identity) -> Result<(Identity, Vec<Warning>), BadIdentity> {
    identity.checked(PartyKind::Person)
}

/// A number that begins with an area which belongs to nobody, with the check digit that follows
/// from it. It stands nowhere in the tree.
fn with_right_check_digit() -> String {
    let digits = "99010119900307001";
    let all = "0123456789X".chars().map(|last| format!("{digits}{last}"));
    let right = |number: &String| {
        number
            .parse::<IdNumber>()
            .is_ok_and(|n| n.has_right_check_digit())
    };
    all.into_iter().find(right).unwrap()
}

/// Shows P20.
#[test]
fn names_numbers_and_telephones_are_masked_in_one_way() {
    for (name, masked) in [
        ("张小明", "张*明"),
        ("张伟", "张*"),
        ("欧阳小明", "欧**明"),
        ("李", "*"),
        ("买买提·吐尔逊", "买*****逊"),
    ] {
        assert_eq!(mask_name(name), masked);
    }
    assert_eq!(mask_id_number("99010119900307001X"), "990101**********1X");
    assert_eq!(mask_telephone("13900000000"), "139****0000");
    assert_eq!(mask_telephone("0999-7654321"), "0999-*****21");
    assert_eq!(mask_telephone("110"), "***");
    assert_eq!(
        mask_organisation("和安县新栖物业服务有限公司"),
        "某物业服务有限公司"
    );
    assert_eq!(mask_organisation("新栖大食堂"), "某单位");
}

#[test]
fn what_people_type_is_brought_into_one_form() {
    let typed = identity(
        " 张小明 ",
        Some("９９0101 19900307 001x"),
        Some("+86 139-0000-0001"),
    );
    let (checked, _) = person(&typed).unwrap();
    assert_eq!(checked.name, "张小明");
    assert_eq!(checked.id_number.as_deref(), Some("99010119900307001X"));
    assert_eq!(checked.telephone.as_deref(), Some("13900000001"));
    let line = identity("张小明", None, Some("（0999）7654321"));
    let (checked, _) = person(&line).unwrap();
    assert_eq!(checked.telephone.as_deref(), Some("0999-7654321"));
}

#[test]
fn a_wrong_check_digit_or_birthday_is_a_warning_and_a_wrong_form_is_refused() {
    let right = with_right_check_digit();
    let (_, warnings) = person(&identity("张小明", Some(&right), None)).unwrap();
    assert_eq!(warnings, []);
    let wrong = identity("张小明", Some("990101199013070011"), None);
    let (_, warnings) = person(&wrong).unwrap();
    assert_eq!(warnings, [Warning::BirthDate, Warning::CheckDigit]);
    for (id, telephone, error) in [
        (Some("9901011990"), None, BadIdentity::IdNumber),
        (Some("99010119900307X011"), None, BadIdentity::IdNumber),
        (
            None,
            Some("12345"),
            BadIdentity::Telephone(BadTelephone::Beginning),
        ),
        (
            None,
            Some("1390000000a"),
            BadIdentity::Telephone(BadTelephone::Letters),
        ),
        (
            None,
            Some("139000000011"),
            BadIdentity::Telephone(BadTelephone::Length),
        ),
    ] {
        assert_eq!(
            person(&identity("张小明", id, telephone)).unwrap_err(),
            error
        );
    }
    let nameless = person(&identity("  ", None, None)).unwrap_err();
    assert_eq!(nameless, BadIdentity::NameMissing);
}

/// Shows P01.
#[test]
fn a_name_alone_is_taken_and_recognises_nobody() {
    let (checked, warnings) = person(&identity("张伟", None, None)).unwrap();
    assert_eq!(warnings, [Warning::NotRecognisable]);
    assert!(checked.number_to_hash().is_none() && checked.contact_to_hash().is_none());
}

#[test]
fn an_organisation_has_a_credit_code_in_the_place_of_an_id_number() {
    let company = identity(
        "和安县新栖物业服务有限公司",
        Some("99990101ma00000x1k"),
        None,
    );
    let (checked, _) = company.checked(PartyKind::Organisation).unwrap();
    assert_eq!(checked.id_number.as_deref(), Some("99990101MA00000X1K"));
    assert!(person(&company).is_err());
}

#[test]
fn an_identity_does_not_print_itself() {
    let printed = format!("{:?}", identity("张小明", None, Some("13900000001")));
    assert!(!printed.contains('张') && !printed.contains("1390000"));
}

#[test]
fn numbers_of_persons_are_found_in_free_text() {
    let text = "甲方张某，身份证９９010119900307001x，2026-03-02 电话139 0000 0001，单号202603020000000123456，案号990101-2026-000123。";
    let found = numbers_in(text);
    let kinds: Vec<_> = found.iter().map(|n| (n.kind, n.masked.as_str())).collect();
    assert_eq!(
        kinds,
        [
            (NumberKind::IdNumber, "990101**********1X"),
            (NumberKind::Telephone, "139****0001"),
        ]
    );
    let letters: Vec<char> = text.chars().collect();
    let cut: String = letters[found[1].start as usize..found[1].end as usize]
        .iter()
        .collect();
    assert_eq!(cut, "139 0000 0001");
    assert!(numbers_in("三月五日付2000元，分12期。").is_empty());
}

#[test]
fn a_number_is_found_with_its_countrys_code_over_a_line_and_between_invisible_characters() {
    for text in [
        "电话+8613900000001",
        "电话8613900000001。",
        "0086 139 0000 0001",
        "１３９００００\n０００１",
        "139\u{200b}0000\u{202c}0001",
        "139–0000–0001",
    ] {
        let (masked, count) = mask_numbers(text);
        assert_eq!(count, 1, "{text:?}");
        assert!(masked.contains("139****0001"), "{masked:?}");
        assert!(!masked.contains('+'), "{masked:?}");
        assert_eq!(mask_numbers(&masked).1, 0);
    }
    assert_eq!(mask_numbers("赔2000元，案号990101-2026-000123").1, 0);
}

#[test]
fn a_telephone_is_read_as_an_address_book_gives_it() {
    for (typed, read) in [
        ("\u{202d}139 0000 0001\u{202c}", "13900000001"),
        ("8613900000001", "13900000001"),
        ("139–0000–0001", "13900000001"),
        ("１３９－００００－０００１", "13900000001"),
        ("400-800-1234", "4008001234"),
        ("0999-7654321转801", "0999-7654321-801"),
        ("+86 999 7654321", "0999-7654321"),
        ("0999-7654321-801", "0999-7654321-801"),
    ] {
        let (checked, _) = person(&identity("张小明", None, Some(typed))).unwrap();
        assert_eq!(checked.telephone.as_deref(), Some(read), "{typed:?}");
    }
}

/// Shows M08.
#[test]
fn one_person_is_one_however_the_name_is_typed() {
    let hash = |name: &str| {
        let (checked, _) = person(&identity(name, None, Some("13900000001"))).unwrap();
        checked.contact_to_hash().unwrap().to_vec()
    };
    for (one, other) in [
        ("张小明", "张 小明"),
        ("张小明", "张\u{3000}小明"),
        ("张小明", "张小\u{200b}明"),
        ("张小明", "\u{feff}张小明"),
        ("张小明", "张小明\u{fe00}"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("买买提·吐尔逊", "买买提・吐尔逊"),
        ("买买提·吐尔逊", "买买提．吐尔逊"),
        ("买买提·吐尔逊", "买买提･吐尔逊"),
        ("买买提·吐尔逊", "买买提 · 吐尔逊"),
        ("Li Ming", "ｌｉ　ｍｉｎｇ"),
        ("LI MING", "li ming"),
        ("José", "Jose\u{301}"),
        ("金小明", "\u{2fa6}小明"),
        ("高小明", "⾼小明"),
    ] {
        assert_eq!(hash(one), hash(other), "{one:?} {other:?}");
        assert_ne!(hash(one), hash("李小红"));
    }
}

/// Shows P17.
#[test]
fn a_purpose_needs_words_and_holds_no_numbers() {
    let stated = |words| StatedPurpose::new(Purpose::Contact, words);
    assert_eq!(stated(" 电话 ").unwrap_err(), BadPurpose::Length);
    assert_eq!(
        stated("联系13900000001").unwrap_err(),
        BadPurpose::HoldsNumber
    );
    assert_eq!(
        stated("约定调解时间").unwrap().line(),
        "contact: 约定调解时间"
    );
}
