// Message queues, printing and backup programs.
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

constexpr std::array rabbit_verbs{
    Verb{"status cluster_status list_* environment report node_health_check ping check_* version help "
         "memory_breakdown observer list show get export get_cluster_name wait list-*",
         "read"},
    Verb{"add_vhost set_policy set_parameter declare publish start_app sync_queue rotate_logs enable "
         "set_vhost_limits "
         "await_startup set_cluster_name enable_feature_flag set_operator_policy set set_log_level trace_on "
         "trace_off "
         "resume_listeners",
         "queue.change"},
    Verb{"delete_vhost delete_queue purge_queue clear_policy clear_parameter reset force_reset "
         "forget_cluster_node delete purge "
         "delete_shovel clear_operator_policy clear_vhost_limits",
         "queue.remove"},
    Verb{
        "add_user delete_user change_password clear_password set_user_tags set_permissions clear_permissions "
        "set_topic_permissions authenticate_user clear_topic_permissions",
        "account.change"},
    Verb{"stop stop_app shutdown join_cluster change_cluster_node_type force_boot close_connection "
         "close_all_connections disable "
         "suspend_listeners cancel_sync_queue import import_definitions update_cluster_nodes "
         "rename_cluster_node "
         "set_disk_free_limit set_vm_memory_high_watermark upgrade hipe_compile decode encode",
         "service.definition"},
    Verb{"eval eval_file", "shell.foreign-code"},
};
/// kafka-topics.sh --list, --describe look; --delete removes; the rest changes.
constexpr std::array kafka_effects{
    OptionEffect{"delete delete-config delete-offsets remove reset-offsets", Value::nothing, "queue.remove"},
    OptionEffect{"create alter add-config execute add generate elect-leader", Value::nothing, "queue.change"},
};
constexpr OptionTable kafka_options{
    "", "",
    "list describe all-groups members state verbose if-exists if-not-exists under-replicated-partitions "
    "unavailable-partitions verify dry-run help version delete create alter execute add remove reset-offsets "
    "all-topics "
    "to-earliest to-latest from-beginning",
    "bootstrap-server zookeeper topic group partitions replication-factor config command-config entity-type "
    "entity-name "
    "add-config delete-config max-messages consumer.config producer.config reassignment-json-file "
    "topics-to-move-json-file "
    "broker-list property timeout-ms offset partition time"};
constexpr std::array kcat_effects{OptionEffect{"P", Value::nothing, "queue.change"}};
constexpr std::array nats_verbs{
    Verb{"*/ls */list */info */report */state */view */stats rtt ping account/info server/* latency sub "
         "events stat",
         "read"},
    Verb{"*/rm */delete */purge */del", "queue.remove"},
    Verb{"pub request reply stream/* consumer/* kv/* object/* context/*", "queue.change"},
};

constexpr std::array cups_effects{
    OptionEffect{"x", Value::nothing, "queue.remove"},
};

constexpr std::array print_effects{OptionEffect{"o p output output-file", OptionEffect::Value::written}};

constexpr std::array rows{
    Program{.names = "rabbitmqctl rabbitmqadmin rabbitmq-plugins rabbitmq-queues rabbitmq-upgrade",
            .options = {"qsl", "nptHPuVc", "quiet silent longnames no-table-headers online offline ssl",
                        "node vhost timeout host port username password formatter format config"},
            .any_option = true,
            .verbs = rabbit_verbs},
    Program{.names = "kafka-topics.sh kafka-topics kafka-consumer-groups.sh kafka-consumer-groups "
                     "kafka-configs.sh kafka-configs "
                     "kafka-acls.sh kafka-acls kafka-reassign-partitions.sh kafka-reassign-partitions "
                     "kafka-leader-election.sh kafka-leader-election",
            .options = kafka_options,
            .any_option = true,
            .shows = "dry-run",
            .option_effects = kafka_effects},
    Program{
        .names =
            "kafka-console-consumer.sh kafka-console-consumer kafka-broker-api-versions.sh kafka-log-dirs.sh "
            "kafka-get-offsets.sh kafka-metadata-quorum.sh kafka-dump-log.sh "
            "kafka-consumer-perf-test.sh mosquitto_sub nsq_stat nsq_tail",
        .any_option = true},
    Program{.names = "kafka-console-producer.sh kafka-console-producer kafka-producer-perf-test.sh "
                     "mosquitto_pub to_nsq "
                     "kafka-mirror-maker.sh",
            .rule = "queue.change",
            .any_option = true},
    Program{.names = "kafka-delete-records.sh kafka-storage.sh kafka-streams-application-reset.sh",
            .rule = "queue.remove",
            .any_option = true},
    Program{.names =
                "kafka-server-start.sh kafka-server-stop.sh zookeeper-server-start.sh zkServer.sh mosquitto "
                "rabbitmq-server",
            .rule = "service.change",
            .any_option = true},
    Program{.names = "kcat kafkacat", .any_option = true, .option_effects = kcat_effects},
    Program{.names = "nats", .any_option = true, .verbs = nats_verbs},
    Program{.names = "mosquitto_passwd", .rule = "account.change", .any_option = true},
    Program{.names = "lpstat lpq lpinfo cupstestppd ipptool cups-config driverless", .any_option = true},
    Program{
        .names = "lp lpr lpoptions lpmove accept cupsaccept cupsenable cupsreject reject cupsdisable cupsctl",
        .rule = "print.change",
        .any_option = true},
    Program{.names = "a2ps enscript",
            .rule = "print.change",
            .options = {"", "op", "", "output output-file"},
            .any_option = true,
            .option_effects = print_effects},
    Program{.names = "lpadmin", .rule = "print.change", .any_option = true, .option_effects = cups_effects},
    Program{.names = "cancel lprm", .rule = "queue.remove", .any_option = true},
    Program{.names = "bacula-dir bconsole amdump amrecover rear relax-and-recover "
                     "dump restore bareos-dir",
            .rule = "shell.script",
            .any_option = true},
};

}  // namespace

std::span<const Program> queue_programs() {
  return rows;
}

}  // namespace mcpssh::guard
