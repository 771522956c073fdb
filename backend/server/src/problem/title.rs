//! The sentence of a problem. Whoever reads that the server failed may have somebody in danger
//! before them: each of those says whom to call.

use super::Problem;
use hejie_case::reason::Explain;
use std::borrow::Cow;

impl Problem {
    /// What the person reads.
    #[must_use]
    pub fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::Unreadable { .. } => "请求无法识别",
            Self::Invalid { .. } => "填写的内容不符合要求",
            Self::NotSignedIn => "请先登录",
            Self::TokenInvalid => "登录凭证无效，请重新登录",
            Self::TokenExpired => "登录凭证已过期",
            Self::SessionOver => "登录已结束，请重新登录",
            Self::DeviceRevoked => {
                "此设备已停用；未上传的内容会交服务器隔离保存，如需继续使用请重新登录登记"
            }
            Self::AccountClosed => {
                "账号已停用；未上传的内容会交服务器隔离保存，如有疑问请联系管理员"
            }
            Self::RoleEnded => {
                "原岗位已撤销；未上传的内容会交服务器隔离保存，如有其他岗位请重新登录"
            }
            Self::PasswordChanged => "密码已更改，请用新密码重新登录；内容仍在本机",
            Self::WrongCredentials => "账号或密码错误",
            Self::RefreshInvalid => "登录已失效，请重新登录",
            Self::RefreshReused => "登录凭证被重复使用，为安全起见已退出登录",
            Self::BadSignature => "签名无效",
            Self::TooManyAttempts { .. } => "尝试次数过多，请稍后再试",
            Self::TooManyExchanges { .. } => "同步过于频繁，稍后会自动重试",
            Self::ExchangeRunning { .. } => "上一次同步尚未结束，稍后会自动重试",
            Self::Exchange(error) => return error.zh(),
            Self::ProtocolUnknown => "应用版本与服务器不匹配，请更新应用",
            Self::WrongDevice => "登录凭证属于另一台设备，请重新登录本机",
            Self::NotAllowed => "当前角色无权进行此操作",
            Self::NotFound => "未找到",
            Self::MethodNotAllowed => "不支持此请求方式",
            Self::UnknownSituation => "目录中没有此纠纷情形代码",
            Self::OrderDiffers => "同一外部编号已登记过不同的内容",
            Self::Stale => "案件情况已有变化，请刷新后再操作",
            Self::Refused(reason) => &reason.zh,
            Self::UploadVersion => "应用版本与服务器不匹配，请更新应用",
            Self::UploadOffset => "上传位置与服务器不一致，应用会自动续传",
            Self::UploadDiffers => "文件与证据记录的校验值不一致，请重新采集该证据",
            Self::Unstorable(_) => "内容含有无法保存的值，未予办理，请核对后重新填写",
            Self::TooLarge => "内容过大",
            Self::UnsupportedMedia => "不支持的内容类型",
            Self::TimedOut => "处理超时，请重试；有险情的，请立即拨打110",
            Self::DatabaseAway(_) => {
                "数据库暂时不可用，请稍后再试；手机上的内容仍在本机，会自动重试；有险情的，请立即拨打110"
            }
            Self::WorkersAway(_) => {
                "系统暂时繁忙，请稍后再试；手机上的内容仍在本机，会自动重试；有险情的，请立即拨打110"
            }
            Self::LostRace(_) | Self::Unavailable(_) => {
                "系统暂时繁忙，请稍后再试；有险情的，请立即拨打110"
            }
            Self::DangerNotKept(_) => "险情未能登记，公安尚未获知，请立即拨打110；之后再在此登记",
            Self::Internal(_) => "系统出错，请联系管理员并提供请求编号；有险情的，请立即拨打110",
        })
    }
}
