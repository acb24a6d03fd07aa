# One person, page by page, and changes to many.
field-slug = 短名称
choose = 请选择…
users-team = 团队
user-is-suspended = 此人员已被暂停：无法登录，其密钥也不可用。
user-is-deleted = 此人员在回收站中。在回收站清空之前可以恢复。
user-is-invited = 此人员尚未加入。
user-tabs = 此人员的页面
user-tab-profile = 个人资料
user-tab-roles = 角色
user-tab-teams = 团队
user-tab-sessions = 会话
user-tab-permissions = 权限
user-tab-keys = API 密钥
user-roles-own = 此人员直接持有的角色
user-roles-by-team = 通过团队获得的角色
user-permissions-empty = 没有权限
user-permissions-empty-text = 没有任何角色赋予此人员权限：此人员只能登录应用。
user-permission = 权限
user-permission-from = 来源
user-permission-by-team = { $role }，来自团队 { $team }
user-sessions-empty = 未在任何位置登录
user-sessions-empty-text = 此人员在浏览器中登录后，即会产生会话。
user-session-program = 程序
user-session-address = 地址
user-session-began = 登录时间
user-session-seen = 上次活动
user-session-ends = 到期时间
user-session-end = 结束会话
done-user-session = 该会话及其令牌已终止。
user-teams-empty = 不属于任何团队
user-teams-empty-text = 团队会将其角色同时赋予所有成员。
user-team-leave = 移出
user-team-join = 添加到团队
user-team-join-which = 团队
user-team-choose = 请选择团队。
users-bulk-label = 同时更改多名人员
users-bulk-action = 所选人员
users-bulk-role = 角色
users-bulk-any-role = 无
users-bulk-everybody = 符合筛选条件的所有人员（包括所有页面）
users-bulk-preview = 预览
users-bulk-select = 选择
users-bulk-select-one = 选择 { $name }
users-bulk-nobody = 未选择任何人员。请返回并勾选相应人员。
users-bulk-no-role = 未选择角色。请返回并选择要授予或收回的角色。
users-bulk-suspend = 暂停
users-bulk-suspend-effect = 在一秒内终止这些人员的所有会话、令牌和密钥。在重新激活之前，他们无法登录。
users-bulk-resume = 激活
users-bulk-resume-effect = 这些人员可以重新登录，其密钥也将恢复有效。
users-bulk-assign-role = 授予角色
users-bulk-assign-role-effect = 这些人员自此持有角色 { $role }。
users-bulk-withdraw-role = 收回角色
users-bulk-withdraw-role-effect = 这些人员将失去角色 { $role }。由团队赋予的内容保持不变。
users-bulk-delete = 删除
users-bulk-delete-effect = 将这些人员移至回收站，并终止其会话、令牌和密钥。可在 7 天内恢复。
users-bulk-changed = { $count ->
    [0] 不会更改任何人员。
   *[other] 将更改 { $count } 名人员。
}
users-bulk-matched = { $count ->
   *[other] 涉及 { $count } 名人员。
}
users-bulk-unchanged = { $count ->
   *[other] { $count } 名人员已处于该状态。
}
users-bulk-refused = { $count ->
   *[other] { $count } 名人员的权限高于您，或即为您本人，将保持不变。
}
users-bulk-not-found = { $count ->
   *[other] { $count } 名人员已不在此处。
}
done-users-bulk = 已更改：{ $changed }。保持不变：{ $kept }。
user-tab-activity = 活动
user-activity-empty = 尚无任何活动
user-activity-empty-text = 此人的操作以及对其账号的操作将显示在此处。
