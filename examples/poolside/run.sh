#!/usr/bin/env bash
# Gridkey in the place of Poolside: the curl line of its page on authentication, and what that page says of its two kinds of
# keys, at nginx on this machine, behind which are Gridkey and a sample inference server that sees no credential. Starts
# everything that it needs:
#
#   examples/poolside/run.sh
set -euo pipefail
. "$(dirname "$0")/../lib.sh"
begin poolside
start_inference --behind-proxy --errors poolside
start_nginx "$root/examples/poolside/nginx.conf"
json='Content-Type: application/json'

# models STATUS KEY: the curl line of the page.
models() {
  call "$1" --request GET \
    --url "$host/openai/v1/models" \
    --header 'Accept: application/json, application/problem+json' \
    --header "Authorization: Bearer $2"
}
is_problem() { grep -qi '^content-type: application/problem+json' "$work/headers" || die "no problem details"; }

say "A developer makes a key: a name is all that it needs"
new_key "user:$(person dev@poolside.example)" '{"name":"Console"}'
console=$key
call 201 "$host/v1/api-keys" -H "Authorization: Bearer $console" -H "$json" -d '{"name":"Laptop"}'
check '.key | startswith("ps-")'
developer_key=$(get .key)
developer_key_id=$(get .id)
models 200 "$developer_key"
check '.data[0].object == "model"'
call 200 "$host/openai/v1/chat/completions" -H "Authorization: Bearer $developer_key" -H "$json" \
  -d '{"model": "sample-small", "messages": [{"role": "user", "content": "Hi"}]}'

say "What is no key is told as problem details"
models 401 ps-xxxxx
is_problem
check '.status == 401 and (.detail | length > 0)'
call 401 "$host/openai/v1/models"

say "Keys of service accounts are made by members of a team with the role of an administrator, and by nobody else"
account='{"slug":"nightly","display_name":"Nightly jobs","team":"pipelines"}'
call 403 "$host/v1/service-accounts" -H "Authorization: Bearer $console" -H "$json" -d "$account"
is_problem
admin=$(person admin@poolside.example)
new_key "user:$admin" '{"name":"Console","level":"admin"}'
call 201 "$host/v1/service-accounts" -H "Authorization: Bearer $key" -H "$json" -d "$account"
account_id=$(get .id)
call 201 "$host/v1/service-accounts/$account_id/api-keys" -H "Authorization: Bearer $key" -H "$json" -d '{"name":"CI"}'
service_key=$(get .key)
models 200 "$service_key"

say "It may what its team may at that moment"
team=$(curl -sS "$url/v1/teams?limit=100" -H "Authorization: Bearer $operator" |
  jq -er '.items[] | select(.slug == "pipelines") | .id')
manage 200 PUT "/v1/teams/$team/roles" '{"roles":[]}'
models 403 "$service_key"
is_problem
manage 200 PUT "/v1/teams/$team/roles" '{"roles":["developer"]}'
models 200 "$service_key"

say "It lives on when whoever made it leaves; a developer's key does not"
manage 204 DELETE "/v1/users/$admin"
models 200 "$service_key"
models 401 "$key"

say "A key that is revoked is dead at once, a stream of it included"
cut_off "$developer_key_id" "$host/openai/v1/chat/completions" -H "Authorization: Bearer $developer_key" -H "$json" \
  -d "$(long_question)"
models 401 "$developer_key"
manage 204 DELETE "/v1/service-accounts/$account_id"
models 401 "$service_key"

say "People and teams are looked after by a key whose team may provision them"
manage 201 POST /v1/service-accounts '{"slug":"provisioner","display_name":"Provisioner","team":"identity"}'
manage 201 POST "/v1/service-accounts/$(get .id)/api-keys" '{"name":"Identity provider"}'
provisioner=$(get .key)
people=$host/poolside/v1/users
call 201 "$people" -H "Authorization: Bearer $provisioner" -H "$json" -d '{"email":"new@poolside.example","name":"Somebody new"}'
check '.email == "new@poolside.example" and .status == "created" and has("$schema")'
new_person=$(get .id)
call 200 "$people?email=NEW@poolside.example" -H "Authorization: Bearer $provisioner"
check '.users | length == 1'
call 200 "$host/poolside/v1/teams?name=newcomers" -H "Authorization: Bearer $provisioner"
members=$host/poolside/v1/teams/$(get '.teams[] | select(.name == "newcomers") | .id')/members
for _ in 1 2; do
  call 200 "$members/add" -H "Authorization: Bearer $provisioner" -H "$json" -d "{\"user_ids\":[\"$new_person\"]}"
done
call 200 "$members" -H "Authorization: Bearer $provisioner"
check "[.members[].id] | index(\"$new_person\")"
say "Nobody is put into a team that may more than whoever does it, and others may do nothing of this"
call 403 "$host/poolside/v1/teams/$team/members/add" -H "Authorization: Bearer $provisioner" -H "$json" \
  -d "{\"user_ids\":[\"$new_person\"]}"
call 403 "$people" -H "Authorization: Bearer $console"
is_problem

say "Poolside's programs find what they know."
