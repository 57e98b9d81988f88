// Clouds and infrastructure as code. Their command lines end in a verb: "compute instances list", "vm
// delete".
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// Words and prefixes ("list-*") between blanks.
bool stands_in(std::string_view word, std::string_view names) {
  for (const std::string_view name : base::split(names, ' ')) {
    if (name.ends_with('*') && word.starts_with(name.substr(0, name.size() - 1))) return true;
    if (name == word) return true;
  }
  return false;
}

constexpr std::string_view secret_words =
    "get-secret-value get-password-data get-session-token get-login-password get-authorization-token "
    "assume-role* "
    "export-credentials create-access-key get-federation-token decrypt generate-data-key* "
    "get-parameters-by-path "
    "get-credentials-for-identity print-access-token print-identity-token access get-access-token "
    "list-keys show-connection-string get-token auth-token credentials";
constexpr std::string_view read_words =
    "list ls describe show get info status tail view describe-* list-* get-* show-* search search-* lookup-* "
    "head-* "
    "query scan wait filter-* batch-get-* validate-* simulate-* preview-* estimate-* check-* test-* detect-* "
    "get-caller-identity get-value log logs read history version stat du hash ps regions price* types "
    "list-images usage balance whoami releases select-* metrics diff summarize resolve-* find-*";
constexpr std::string_view remove_words =
    "delete destroy remove rm rb terminate purge delete-* terminate-* remove-* deregister-* purge-* "
    "release-* "
    "disassociate-* revoke-* cancel-* batch-delete-* destroy-* uninstall erase drop reset-* deprovision rmi "
    "deallocate detach-* disable-* withdraw-*";

/// "keyvault secret show", "secrets versions access": the value is printed.
bool shows_secret(Words operands) {
  const auto any = [&](std::string_view names) {
    return std::ranges::any_of(operands, [&](const Field& word) { return has_name(names, word.text()); });
  };
  return any("secret secrets") && any("show get access download read");
}

void judge_verb_words(const Call& call, Words operands, std::size_t from) {
  for (std::size_t i = from; i < operands.size(); ++i) {
    if (!operands[i].literal()) break;
    const std::string_view word = operands[i].text();
    if (stands_in(word, secret_words)) return call.does("secret.read");
    if (stands_in(word, remove_words)) return call.does("cloud.remove");
    if (stands_in(word, read_words)) return;
    if (word == "help") return;
  }
  if (operands.size() > from) call.does("cloud.change");
}

constexpr OptionTable cloud_options{
    "qvhyjaAd", "gnosfptkc",
    "debug no-verify-ssl no-paginate no-sign-request no-cli-pager only-show-errors verbose quiet help "
    "dry-run yes force "
    "all recursive no-include-email with-decryption follow no-header json version no-cli-auto-prompt text "
    "all-projects",
    "profile region output query endpoint-url color ca-bundle cli-read-timeout cli-connect-timeout project "
    "configuration account format filter zone limit sort-by subscription resource-group name context "
    "access-token "
    "config token location impersonate-service-account verbosity page-size cluster compartment-id auth app "
    "org "
    "os-cloud server-url selector api-url"};

void judge_cloud(const Call& call) {
  if (call.only_help() || has_word(call, "--help")) return;
  const Options options = read_loosely(call.words, cloud_options);
  const std::string_view first = known_operand(options, 0);
  if (first == "version" || first == "info" || first == "help" || first == "feedback" ||
      first == "interactive")
    return;
  const bool shell =
      is_one_of(std::string_view("ssh"), std::array{known_operand(options, 0), known_operand(options, 1)});
  if (shell) return call.does("shell.interactive");
  if (first == "init" || first == "login" || first == "logout") return call.does("account.change");
  if (first == "auth" && (known_operand(options, 1) == "login" || known_operand(options, 1) == "revoke" ||
                          known_operand(options, 1) == "activate-service-account"))
    return call.does("account.change");
  if (std::ranges::any_of(options.operands,
                          [](const Field& word) { return word.text() == "get-credentials"; }))
    return call.does("cloud.change", "writes the credentials of a cluster into the settings of kubectl");
  const bool keys = call.name == "az" && has_word(call, "keys") &&
                    (has_word(call, "list") || has_word(call, "show") || has_word(call, "renew"));
  if (keys) return call.does(has_word(call, "renew") ? "cloud.change" : "secret.read");
  if (shows_secret(options.operands)) return call.does("secret.read");
  judge_verb_words(call, options.operands, first == "config" ? 1 : 1 - (options.operands.size() < 2 ? 1 : 0));
}

/// aws s3: cp and sync move files either way.
void judge_s3(const Call& call, const Options& options) {
  const std::string_view verb = known_operand(options, 1);
  if (verb == "ls" || verb.empty()) return;
  if (verb == "presign") return call.does("secret.read");
  if (verb == "rm" || verb == "rb" || options.has("delete")) return call.does("cloud.remove");
  const bool copies = verb == "cp" || verb == "sync" || verb == "mv";
  if (!copies || options.operands.size() < 4) return call.does("cloud.change");
  const Field& to = options.operands[3];
  if (verb == "mv") return call.does("cloud.remove");
  if (to.known_prefix().starts_with("s3:") || to.opaque()) {
    reads_file(call, options.operands[2]);
    return call.does("cloud.change");
  }
  if (to.text() != "-") writes_file(call, to, Writing::replace);
}

void judge_aws(const Call& call) {
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, cloud_options);
  const std::string_view service = known_operand(options, 0);
  const std::string_view verb = known_operand(options, 1);
  if (service == "s3") return options.has("dryrun") ? void() : judge_s3(call, options);
  if (verb == "help" || service == "help") return;
  if (service == "configure")
    return verb == "list" || verb == "list-profiles" ? void()
           : verb == "get"                           ? call.does("secret.read")
                                                     : call.does("account.change");
  if (service == "sso") return call.does("account.change");
  if (verb == "start-session" || verb == "execute-command" || verb == "ssh")
    return call.does("shell.interactive");
  if (verb.starts_with("get-parameter") && options.has("with-decryption")) return call.does("secret.read");
  if (verb == "update-kubeconfig") return call.does("fs.write");
  // s3api get-object --bucket B --key K FILE
  if (service == "s3api" && (verb == "get-object" || verb == "get-object-torrent"))
    return writes_file(call, options.operands.back(), Writing::replace);
  if (options.has("dry-run") && !options.unknown) return;
  // A command of aws is its second word; the others are file names and the like.
  judge_verb_words(call,
                   options.operands.size() > 2
                       ? Fields(options.operands.begin(), options.operands.begin() + 2)
                       : options.operands,
                   1);
}

/// gsutil, s3cmd, mc, rclone, azcopy, b2: copies, with a verb in front.
constexpr std::array store_verbs{
    Verb{"ls la du info cat stat list find tree diff version hash lsd lsl lsf lsjson size check md5sum "
         "sha1sum "
         "listremotes about ncdu head jobs/list jobs/show admin/info ping buckets test help logs",
         "read"},
    Verb{"cp put sync mv copy mb rsync mkdir share setpolicy setacl acl cors lifecycle versioning label web "
         "notification "
         "copyto moveto move touch rcat link admin/* mirror modify policy anonymous tag ilm replicate upload "
         "bisync "
         "sign accesslog",
         "cloud.change"},
    Verb{"get download", "fs.write"},
    Verb{"rm del rb rmdir rmdirs delete deletefile purge cleanup dedupe remove undo", "cloud.remove"},
    Verb{"config alias mount serve rcd", "network.serve"},
    Verb{"signurl presign config/show config/dump", "secret.read"},
};

void judge_plan(const Call& call, const Options& options) {
  if (const Field* file = options.find("out")) writes_file(call, *file, Writing::replace);
}
void judge_fmt(const Call& call, const Options& options) {
  if (!options.has("check")) call.does("fs.write");
}
void judge_apply(const Call& call, const Options& options) {
  call.does(options.has("destroy") ? "cloud.remove" : "cloud.change");
}
constexpr std::array terraform_verbs{
    Verb{"plan", "read", judge_plan},
    Verb{"output", "read",
         [](const Call& call, const Options& options) {
           // Values marked sensitive are shown only so.
           if (options.has("json") || options.has("raw")) call.does("secret.read");
         }},
    Verb{"show validate version providers graph state/list state/show workspace/list workspace/show "
         "metadata "
         "providers/schema test hclvalidate render-json output-module-groups "
         "graph-dependencies run-all/plan run-all/validate run-all/output plan-all validate-all",
         "read"},
    Verb{"fmt hclfmt", "fs.write", judge_fmt},
    Verb{"init get workspace/select workspace/new run-all/init", "fs.write"},
    Verb{"apply", "cloud.change", judge_apply},
    Verb{"import taint untaint refresh force-unlock state/mv state/push state/replace-provider login logout "
         "run-all/apply "
         "apply-all providers/*",
         "cloud.change"},
    Verb{"destroy state/rm workspace/delete run-all/destroy destroy-all", "cloud.remove"},
    Verb{"state/pull", "secret.read"},
    Verb{"console", "shell.interactive"},
};
constexpr std::array pulumi_verbs{
    Verb{"preview pre stack stack/ls stack/output stack/history stack/graph logs about whoami version config "
         "plugin/ls policy/ls schema history",
         "read"},
    Verb{"up update refresh import config/set config/rm stack/init stack/select new login logout cancel "
         "state/* plugin/* "
         "watch env/*",
         "cloud.change"},
    Verb{"destroy down dn stack/rm state/delete", "cloud.remove"},
    Verb{"config/get stack/export", "secret.read"},
};
constexpr std::array packer_verbs{
    Verb{"validate inspect version fmt plugins/installed", "read"},
    Verb{"build init plugins/*", "cloud.change"},
    Verb{"console", "shell.interactive"},
};
constexpr std::array init_verbs{
    Verb{"status query analyze schema features", "read"},
    Verb{"init modules single", "cloud.change"},
    Verb{"clean", "cloud.remove"},
};

constexpr std::array pulumi_effects{OptionEffect{"show-secrets", Value::nothing, "secret.read"}};

constexpr std::array rows{
    Program{.names = "aws aws2", .judge = judge_aws},
    Program{.names = "gcloud az doctl hcloud oci ibmcloud linode-cli openstack nova neutron cinder glance "
                     "scw exo vultr-cli "
                     "civo flyctl fly heroku eksctl aliyun tccli yc bx cf upctl ovhcloud rosa bq eb "
                     "vercel netlify railway wrangler cfcli dnscontrol",
            .judge = judge_cloud},
    Program{.names = "gsutil s3cmd mcli azcopy b2 s5cmd s4cmd",
            .options = {"rRPqvnmlhaf", "", "recursive progress quiet dry-run force human-readable",
                        "config include exclude filter transfers region access_key secret_key"},
            .any_option = true,
            .shows = "dry-run n",
            .verbs = store_verbs},
    Program{
        .names = "terraform tofu terragrunt",
        .options = {"", "",
                    "auto-approve input no-color json compact-warnings destroy refresh-only lock check diff "
                    "recursive upgrade reconfigure migrate-state backend detailed-exitcode refresh raw force",
                    "chdir var var-file target out state parallelism replace backend-config lock-timeout"},
        .any_option = true,
        .verbs = terraform_verbs},
    Program{.names = "pulumi",
            .options = {"ysrfvj", "sCc", "yes non-interactive json diff logtostderr emoji",
                        "stack cwd "
                        "color config target message"},
            .any_option = true,
            .verbs = pulumi_verbs,
            .option_effects = pulumi_effects},
    Program{.names = "packer", .any_option = true, .verbs = packer_verbs},
    Program{.names = "cloud-init",
            .options = {"fdh", "", "long wait format all debug force", "file"},
            .any_option = true,
            .verbs = init_verbs},
    Program{.names = "cloud-id gcloud-crc32c checkov infracost terraform-docs "
                     "cfn-lint",
            .any_option = true},
    Program{.names = "ec2metadata ec2-metadata", .rule = "secret.read", .any_option = true},
};

}  // namespace

std::span<const Program> cloud_programs() {
  return rows;
}

}  // namespace mcpssh::guard
