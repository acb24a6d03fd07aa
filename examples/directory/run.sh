#!/usr/bin/env bash
# Two organisations built with nothing but curl, and what keeps them apart. Needs curl and jq, and a running server:
#
#   gridkey dev &
#   examples/directory/run.sh
#
# Another server and another credential (of a service account with the role super_admin) are named in the environment:
# GRIDKEY_URL, GRIDKEY_CLIENT_ID, GRIDKEY_CLIENT_SECRET.
set -euo pipefail

url=${GRIDKEY_URL:-http://localhost:8080}
client_id=${GRIDKEY_CLIENT_ID:-admin-cli}
client_secret=${GRIDKEY_CLIENT_SECRET:-admin-cli-development-secret}
run=${1:-$RANDOM$RANDOM}
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

say() { printf '\n%s\n' "$*"; }

# token CLIENT_ID CLIENT_SECRET: an access token for managing.
token() {
  curl -sS -u "$1:$2" -d grant_type=client_credentials -d scope=gridkey:manage "$url/oauth2/token" | jq -er .access_token
}

# call STATUS TOKEN METHOD PATH [BODY]: makes a call that must end with that status, and keeps the answer.
call() {
  local want=$1 token=$2 method=$3 path=$4 got
  local curl=(curl -sS -o "$answer" -w '%{http_code}' -X "$method" -H "Authorization: Bearer $token")
  if [ $# -gt 4 ]; then curl+=(-H 'Content-Type: application/json' -d "$5"); fi
  got=$("${curl[@]}" "$url$path")
  printf '  %s %-6s %s\n' "$got" "$method" "$path"
  if [ "$got" != "$want" ]; then
    echo "  expected $want:" >&2
    cat "$answer" >&2
    exit 1
  fi
}
id() { jq -er .id "$answer"; }

root=$(token "$client_id" "$client_secret")

# organisation NAME: builds one, and leaves its identifiers in variables that begin with NAME.
organisation() {
  local name=$1 slug=$1-$run
  say "The organisation $slug"
  call 201 "$root" POST /v1/tenants "{\"slug\":\"$slug\",\"display_name\":\"${name^}\"}"
  call 201 "$root" POST "/v1/roles?tenant=$slug" \
    '{"slug":"reporter","display_name":"Reporter","permissions":["reports:read","reports:write"]}'
  call 201 "$root" POST "/v1/teams?tenant=$slug" '{"slug":"writers","display_name":"Writers"}'
  local team
  team=$(id)
  call 200 "$root" PUT "/v1/teams/$team/roles?tenant=$slug" '{"roles":["reporter"]}'
  call 201 "$root" POST "/v1/users?tenant=$slug" \
    "{\"email\":\"boss@$name.example\",\"display_name\":\"The boss\",\"roles\":[\"tenant_admin\"]}"
  declare -g "${name}_boss=$(id)"
  call 201 "$root" POST "/v1/users?tenant=$slug" \
    "{\"email\":\"writer@$name.example\",\"display_name\":\"A writer\",\"teams\":[\"writers\"]}"
  declare -g "${name}_writer=$(id)"
  call 201 "$root" POST "/v1/service-accounts?tenant=$slug" \
    '{"slug":"robot","display_name":"Robot","team":"writers","roles":["tenant_admin"]}'
  local robot
  robot=$(id)
  declare -g "${name}_robot=$robot"
  call 201 "$root" POST "/v1/service-accounts/$robot/credentials?tenant=$slug" \
    '{"display_name":"First credential","scopes":["gridkey:manage"]}'
  declare -g "${name}_token=$(token "$(jq -er .client_id "$answer")" "$(jq -er .client_secret "$answer")")"
  call 201 "$root" POST "/v1/applications?tenant=$slug" \
    "{\"kind\":\"spa\",\"display_name\":\"Reports\",\"redirect_uris\":[\"https://reports.$name.example/callback\"]}"
  declare -g "${name}_application=$(id)"
}

organisation north
organisation south

say "A writer has what the team has, a robot what it was given and what the team has"
call 200 "$north_token" GET "/v1/users/$north_writer/permissions"
jq -e '[.permissions[].permission] | index("reports:write")' "$answer" >/dev/null
call 200 "$north_token" GET /v1/me
jq -e '.permissions | index("reports:write") and index("users:*")' "$answer" >/dev/null

say "What belongs to the south is not there for the north"
for path in "users/$south_writer" "service-accounts/$south_robot" "applications/$south_application"; do
  call 404 "$north_token" GET "/v1/$path"
done
call 404 "$north_token" PATCH "/v1/users/$south_writer" '{"display_name":"Mine"}'
call 404 "$north_token" GET "/v1/users?tenant=south-$run"
call 403 "$north_token" GET /v1/tenants

say "Nobody hands out what they do not hold, and nobody changes what is not theirs to say"
call 403 "$north_token" PUT "/v1/users/$north_writer/roles" '{"roles":["super_admin"]}'
call 403 "$north_token" POST /v1/roles '{"slug":"more","display_name":"More","permissions":["tenants:read"]}'
call 400 "$north_token" PATCH "/v1/users/$north_writer" '{"email_verified":true}'
call 400 "$north_token" PATCH "/v1/users/$north_writer" '{"tenant_id":"00000000-0000-7000-8000-000000000001"}'

say "What is disabled is dead at once"
call 200 "$root" PATCH "/v1/service-accounts/$south_robot?tenant=south-$run" '{"status":"disabled"}'
call 401 "$south_token" GET /v1/users

say "Everything stands in the audit log"
call 200 "$north_token" GET '/v1/audit-log?action=user.*'
jq -e '.items | length >= 2' "$answer" >/dev/null

say "All walls hold."
