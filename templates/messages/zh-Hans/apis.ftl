# APIs, for which tokens are given.
nav-apis = API
apis-heading = API
apis-status = 状态
apis-new = 新建 API
apis-empty = 尚无 API
apis-empty-text = 登记 API 后，即可将其权限授予角色，并签发仅对其有效的令牌。
api-status-active = 有效
api-status-disabled = 已停用
api-audience = 受众
api-audience-hint = 标识该 API 的 URI：它写入该 API 的令牌中，且永不更改。
api-permissions = 权限
api-permissions-hint = 该 API 所支持的权限，每行一项，例如 reports:read。
api-lifetime = 访问令牌的有效期（秒）
api-algorithm = 访问令牌的签名
api-algorithm-usual = 与其他各处相同
api-not-a-number = 请输入不带小数的秒数，或留空。
api-count = { $count ->
   *[other] { $count } 项权限
}
api-create = 登记 API
api-disable = 停用
api-disable-effect = 在重新启用之前，不再为此 API 签发令牌。已签发的令牌在到期之前仍然有效。
api-enable = 启用
api-enable-effect = 将恢复为此 API 签发令牌。
api-delete = 删除 API
api-delete-effect = 不再为此 API 签发令牌，其权限也会从可用于角色的权限列表中移除。此操作无法撤消。
done-api-disable = 已停用。
done-api-enable = 已启用。
