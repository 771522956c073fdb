//! Who reads what of a case: docs/domain/rights.md is printed from the tables by which the server
//! decides (docs/adr/0024-who-reads-what.md).

use crate::{assert_tidy, made};
use hejie_case::{
    disclosure::{
        ClassSet, FieldClass, RoleRights,
        table::{FACTS, ROUND, WITHIN, document},
    },
    part::{CasePart, Extent},
    role::Role,
    schema,
};

const PAGE: &str = "docs/domain/rights.md";
const RENEW: &str = "UPDATE_RIGHTS=1 cargo test -p hejie-tests --test tidy rights";

const HEAD: &str = "\
# 谁能看什么

由 `sync/case/src/disclosure/` 中的两张表生成，请勿手改；更新命令：`UPDATE_RIGHTS=1 cargo test -p hejie-tests --test tidy rights`。服务器逐项按此办理，
`tests/api/rights.rs` 以真实服务器逐格核对。缘由见 [ADR 0024](../adr/0024-who-reads-what.md)。

## 岗位与案件的关系

- **承办**：在本案中以该岗位承办（已签收，或协办、回访），任务结束后七日内仍算承办。
- **受邀**：应邀参加（有期限）：该岗位承办可见的内容中，只看受邀专家承办可见的部分；期满后七日内仍算受邀。
- **待签收**：已派单、尚未签收，或已受邀、尚未答复：承办可见的内容中，只看案情与进展、当事人（脱敏）与地址、风险。
- **职责**：不由本人承办，但在辖区内且属本岗位职责：110 指挥台为 110 来警、有险情或已请公安受理的案件；民警为有险情或已请公安受理的案件；12345 坐席为
  12345 转来的案件；包案领导为复杂、联席会商或有待人决定的通报、追责的案件；法院为送来申请司法确认的案件和法院委托、委派的案件。
- **辖区**：案件在本单位辖区内。辖区可见的内容，承办人同样可见。
- **待认领**：在辖区内等待认领、本岗位可以认领的案件（部门限本单位认领范围内的），只看案情与进展。
- **其他案件、已裁定回避的案件**：一律视为不存在，列表、详情、消息、文件与各项操作都回答“没有找到”。回避自裁定之时起，辖区可见的内容也不再可见。

有待裁定的分歧时，依规定裁定的人（督导员；分流员、司法所限各自裁定的种类）可以看到分歧双方的文字，裁定后恢复为本表。
电话、完整身份、特殊身份、封存陈述须逐份说明用途，先记入审计日志再出示。其余内容的每次阅读也都留有审计日志。

## 各岗位可见的内容

";

const PHONES: &str = "\
## 手机上留存的内容

上表说的是电脑端逐项出示的内容。手机须能离线办案，一件案卷只按两部分留存（[ADR 0026](../adr/0026-parts-of-a-case.md)）：看陈述和工作记录的岗位，手机上留存全部；其余承办岗位只留存
*工作部分*，陈述、笔记、调解记录、协议文稿一个字也不下发。手机上的案卷不再逐项遮盖：各部手机凭同一份变更记录合并，少一项就不能核对，也不能接着写。因此只留存工作部分的岗位，手机上还有上表之外的下列
字段；其中家暴筛查与是否未成年，上门的人须据以当场报告和回避，通话联系与核对清单（含备注）记的是已办未办，以免重复上门。不应让走访人员看到的话，请写入陈述或工作记录。

| 岗位 | 手机上另有的字段 |
|---|---|
";

#[test]
fn the_printed_table_of_rights_is_what_the_server_decides_by() {
    let page = format!(
        "{HEAD}{}{PHONES}{}{}{}",
        roles(),
        beyond(),
        classes(),
        fields()
    );
    assert_tidy(&made::findings(PAGE, &page, RENEW));
}

fn roles() -> String {
    let head = FieldClass::ALL.map(FieldClass::zh).join(" | ");
    let mut page = format!(
        "| 岗位 | 关系 | {head} |\n|---|---|{}\n",
        "---|".repeat(FieldClass::ALL.len())
    );
    let mut blind = Vec::new();
    for role in Role::ALL {
        let rights = RoleRights::of(role);
        let ways = [
            ("承办", rights.own),
            ("职责", rights.matter),
            ("辖区", rights.area),
        ];
        let ways = ways.into_iter().filter(|(_, classes)| !classes.is_empty());
        let rows: Vec<_> = ways.map(|(way, classes)| row(role, way, classes)).collect();
        if rows.is_empty() {
            blind.push(role.zh());
        }
        page.push_str(&rows.concat());
    }
    format!("{page}\n不看任何案件内容：{}。\n\n", blind.join("、"))
}

fn row(role: Role, way: &str, classes: ClassSet) -> String {
    let mark = |class| {
        if classes.contains(class) {
            "看"
        } else {
            "—"
        }
    };
    format!(
        "| {} | {way} | {} |\n",
        role.zh(),
        FieldClass::ALL.map(mark).join(" | ")
    )
}

/// What stands on the phones of those who hold the work alone beside what the table shows them.
fn beyond() -> String {
    let holds_work = |role: &Role| !RoleRights::of(*role).own.is_empty();
    let row = |role: Role| {
        let own = RoleRights::of(role).own;
        let is_beyond = |part, class| part == CasePart::Work && !own.contains(class);
        let fields = document().filter(|row| is_beyond(schema::part_of(row.0), row.2));
        let fields: Vec<_> = fields.map(|row| format!("`{}.{}`", row.0, row.1)).collect();
        format!("| {} | {} |\n", role.zh(), fields.join(" "))
    };
    let roles = Role::ALL.into_iter().filter(holds_work);
    let rows: String = roles
        .filter(|role| Extent::of(*role) == Extent::Work)
        .map(row)
        .collect();
    format!("{rows}\n")
}

fn classes() -> String {
    let row = |class: FieldClass| {
        let purpose = if class.needs_purpose() {
            "逐份说明用途"
        } else {
            ""
        };
        format!(
            "| {} | {} | {} | {purpose} |\n",
            class.zh(),
            class.data().code(),
            class.data().zh()
        )
    };
    let rows = FieldClass::ALL.map(row).concat();
    format!(
        "## 内容的类别\n\n| 类别 | [数据分级](privacy.md#classes-of-data) | | 阅读 |\n|---|---|---|---|\n{rows}\n"
    )
}

fn fields() -> String {
    let mut page = String::from(
        "## 字段的类别\n\n字段名依文书结构与案件事实的定义；`*` 指整条记录。\n\n| 类别 | 文书 | 案件事实 |\n|---|---|---|\n",
    );
    for class in FieldClass::ALL {
        let document = document().filter(|row| row.2 == class);
        let document = document.map(|row| format!("`{}.{}`", row.0, row.1));
        let facts = FACTS
            .iter()
            .filter(|row| row.1 == class)
            .map(|row| format!("`{}`", row.0));
        let round = ROUND
            .iter()
            .filter(|row| row.1 == class)
            .map(|row| format!("`round.{}`", row.0));
        let within = WITHIN
            .iter()
            .filter(|row| row.1 == class)
            .map(|row| format!("`{}`", row.0));
        let facts: Vec<_> = facts.chain(round).chain(within).collect();
        let document: Vec<_> = document.collect();
        if !(facts.is_empty() && document.is_empty()) {
            page.push_str(&format!(
                "| {} | {} | {} |\n",
                class.zh(),
                document.join(" "),
                facts.join(" ")
            ));
        }
    }
    page
}
