
CREATE TABLE "answer" (
  "workspace_id" uuid_text NOT NULL,
  "key" text NOT NULL,
  "digest" text NOT NULL,
  "status" smallint NULL,
  "sealed" blob(1) NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  PRIMARY KEY ("workspace_id", "key"),
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE INDEX "answer_age" ON "answer" ("created_at");

CREATE TABLE "api_key" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "made_by" uuid_text NULL,
  "name" text NOT NULL,
  "hint" text NOT NULL,
  "digest" blob NOT NULL UNIQUE,
  "scopes" text NOT NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  "expires_at" timestamp_with_timezone_text NULL,
  "last_used_at" timestamp_with_timezone_text NULL,
  "revoked_at" timestamp_with_timezone_text NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE INDEX "api_key_workspace" ON "api_key" ("workspace_id");

CREATE TABLE "app_registration" (
  "provider" text NOT NULL,
  "purpose" text NOT NULL,
  "sealed" blob NOT NULL,
  PRIMARY KEY ("provider", "purpose")
);

CREATE TABLE "attempt" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "publication_id" uuid_text NOT NULL,
  "number" integer NOT NULL,
  "entry" integer NOT NULL,
  "started_at" timestamp_with_timezone_text NOT NULL,
  "ended_at" timestamp_with_timezone_text NOT NULL,
  "outcome" text NOT NULL,
  "failure" jsonb_text NULL,
  "provider_message" text NULL,
  "operation" text NOT NULL,
  "status" integer NULL,
  "request_id" text NULL,
  "reply" text NULL,
  FOREIGN KEY ("publication_id") REFERENCES "publication" ("id") ON DELETE CASCADE
);
CREATE INDEX "attempt_evidence" ON "attempt" ("ended_at") WHERE "reply" IS NOT NULL OR "provider_message" IS NOT NULL;
CREATE INDEX "attempt_publication" ON "attempt" ("publication_id", "number");

CREATE TABLE "audit" (
  "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "workspace_id" uuid_text NOT NULL,
  "person_id" uuid_text NULL,
  "key_id" uuid_text NULL,
  "name" text NOT NULL,
  "door" text NOT NULL,
  "action" text NOT NULL,
  "subject" text NOT NULL,
  "at" timestamp_with_timezone_text NOT NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE INDEX "audit_age" ON "audit" ("at");
CREATE INDEX "audit_workspace" ON "audit" ("workspace_id", "at");

CREATE TABLE "batch_post" (
  "batch_id" uuid_text NOT NULL,
  "position" integer NOT NULL,
  "workspace_id" uuid_text NOT NULL,
  "post_id" uuid_text NOT NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  PRIMARY KEY ("batch_id", "position"),
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("post_id") REFERENCES "post" ("id") ON DELETE CASCADE
);
CREATE INDEX "batch_post_post" ON "batch_post" ("post_id");

CREATE TABLE "channel" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "provider" text NOT NULL,
  "remote_id" text NOT NULL,
  "name" text NOT NULL,
  "handle" text NOT NULL,
  "picture" text NULL,
  "reconnect_reason" text NULL,
  "reconnect_since" timestamp_with_timezone_text NULL,
  "disabled" boolean NOT NULL,
  "details" jsonb_text NOT NULL,
  "group_id" uuid_text NULL,
  "grant_expires_at" timestamp_with_timezone_text NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  "removed_at" timestamp_with_timezone_text NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "channel_account" ON "channel" ("workspace_id", "provider", "remote_id") WHERE "removed_at" IS NULL;
CREATE INDEX "channel_workspace" ON "channel" ("workspace_id", "created_at");

CREATE TABLE "channel_group" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "name" text NOT NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "channel_group_name" ON "channel_group" ("workspace_id", "name");

CREATE TABLE "connect_attempt" (
  "provider" text NOT NULL,
  "state" text NOT NULL,
  "workspace_id" uuid_text NOT NULL,
  "channel_id" uuid_text NULL,
  "sealed" blob NOT NULL,
  "expires_at" timestamp_with_timezone_text NOT NULL,
  PRIMARY KEY ("provider", "state"),
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE INDEX "connect_attempt_expires_at" ON "connect_attempt" ("expires_at");

CREATE TABLE "credential" (
  "channel_id" uuid_text NOT NULL PRIMARY KEY,
  "version" integer NOT NULL,
  "sealed" blob NOT NULL,
  "expires_at" timestamp_with_timezone_text NULL,
  "ends_at" timestamp_with_timezone_text NULL,
  "lease_until" timestamp_with_timezone_text NULL,
  "renew_at" timestamp_with_timezone_text NULL,
  FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE
);
CREATE INDEX "credential_expires_at" ON "credential" ("expires_at") WHERE "expires_at" IS NOT NULL;
CREATE INDEX "credential_renew_at" ON "credential" ("renew_at", "channel_id") WHERE "renew_at" IS NOT NULL;

CREATE TABLE "dead_letter" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "kind" text NOT NULL,
  "fields" jsonb_text NOT NULL,
  "traceparent" text NULL,
  "at" timestamp_with_timezone_text NOT NULL,
  "reason" text NOT NULL,
  "buried_at" timestamp_with_timezone_text NOT NULL
);
CREATE INDEX "dead_letter_age" ON "dead_letter" ("buried_at");

CREATE TABLE "entry" (
  "post_id" uuid_text NOT NULL,
  "version" integer NOT NULL,
  "position" integer NOT NULL,
  "content" text NOT NULL,
  "plain" boolean NOT NULL,
  "delay_ms" integer NOT NULL,
  PRIMARY KEY ("post_id", "version", "position"),
  FOREIGN KEY ("post_id") REFERENCES "post" ("id") ON DELETE CASCADE
);

CREATE TABLE "entry_media" (
  "post_id" uuid_text NOT NULL,
  "version" integer NOT NULL,
  "entry" integer NOT NULL,
  "position" integer NOT NULL,
  "media_id" uuid_text NOT NULL,
  "alt" text NULL,
  PRIMARY KEY ("post_id", "version", "entry", "position"),
  FOREIGN KEY ("post_id") REFERENCES "post" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("media_id") REFERENCES "media" ("id") ON DELETE NO ACTION
);
CREATE INDEX "entry_media_use" ON "entry_media" ("media_id");

CREATE TABLE "grant_warning" (
  "channel_id" uuid_text NOT NULL PRIMARY KEY,
  "ends_at" timestamp_with_timezone_text NOT NULL,
  "days" integer NOT NULL,
  "warned_at" timestamp_with_timezone_text NOT NULL,
  FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE
);

CREATE TABLE "idempotency_key" (
  "workspace_id" uuid_text NOT NULL,
  "key" text NOT NULL,
  "digest" text NOT NULL,
  "post_id" uuid_text NOT NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  PRIMARY KEY ("workspace_id", "key"),
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE INDEX "idempotency_key_age" ON "idempotency_key" ("created_at");

CREATE TABLE "media" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "name" text NOT NULL,
  "kind" text NOT NULL,
  "mime" text NOT NULL,
  "bytes" integer NOT NULL,
  "hash" text NOT NULL,
  "width" integer NULL,
  "height" integer NULL,
  "duration_ms" integer NULL,
  "key" text NOT NULL,
  "alt" text NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  "removed_at" timestamp_with_timezone_text NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE INDEX "media_hash" ON "media" ("workspace_id", "hash");
CREATE INDEX "media_key" ON "media" ("workspace_id", "key");
CREATE INDEX "media_newest" ON "media" ("workspace_id", "created_at", "id");

CREATE TABLE "member" (
  "workspace_id" uuid_text NOT NULL,
  "person_id" uuid_text NOT NULL,
  "role" text NOT NULL,
  "position" integer NOT NULL,
  PRIMARY KEY ("workspace_id", "person_id"),
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("person_id") REFERENCES "person" ("id") ON DELETE CASCADE
);
CREATE INDEX "member_person" ON "member" ("person_id");

CREATE TABLE "outbox" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "kind" text NOT NULL,
  "fields" jsonb_text NOT NULL,
  "traceparent" text NULL,
  "at" timestamp_with_timezone_text NOT NULL
);

CREATE TABLE "pause" (
  "subject" uuid_text NOT NULL PRIMARY KEY,
  "kind" text NOT NULL,
  "workspace_id" uuid_text NULL,
  "since" timestamp_with_timezone_text NOT NULL,
  "by_name" text NOT NULL,
  "catch_up" text NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);

CREATE TABLE "person" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "email" text NOT NULL UNIQUE,
  "name" text NOT NULL,
  "password_hash" text NOT NULL,
  "created_at" timestamp_with_timezone_text NOT NULL
);

CREATE TABLE "post" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "author_id" uuid_text NULL,
  "door" text NOT NULL,
  "publish_at" timestamp_with_timezone_text NULL,
  "zone" text NULL,
  "wall" text NULL,
  "draft" boolean NOT NULL,
  "state" text NOT NULL,
  "version" integer NOT NULL,
  "traceparent" text NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  "updated_at" timestamp_with_timezone_text NOT NULL,
  "trashed_at" timestamp_with_timezone_text NULL,
  "recurrence_id" uuid_text NULL,
  "occurrence_on" text NULL,
  "review" jsonb_text NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "post_occurrence" ON "post" ("recurrence_id", "occurrence_on") WHERE "occurrence_on" IS NOT NULL;
CREATE INDEX "post_state" ON "post" ("workspace_id", "state", "publish_at", "id");
CREATE INDEX "post_time" ON "post" ("workspace_id", "publish_at", "id");

CREATE TABLE "post_tag" (
  "post_id" uuid_text NOT NULL,
  "position" integer NOT NULL,
  "name" text NOT NULL,
  PRIMARY KEY ("post_id", "position"),
  FOREIGN KEY ("post_id") REFERENCES "post" ("id") ON DELETE CASCADE
);
CREATE INDEX "post_tag_name" ON "post_tag" ("name");

CREATE TABLE "post_version" (
  "post_id" uuid_text NOT NULL,
  "position" integer NOT NULL,
  "channel_id" uuid_text NOT NULL,
  PRIMARY KEY ("post_id", "position"),
  FOREIGN KEY ("post_id") REFERENCES "post" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE NO ACTION
);

CREATE TABLE "publication" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "post_id" uuid_text NOT NULL,
  "channel_id" uuid_text NOT NULL,
  "provider" text NOT NULL,
  "lane" text NOT NULL,
  "publish_at" timestamp_with_timezone_text NULL,
  "state" text NOT NULL,
  "due_at" timestamp_with_timezone_text NULL,
  "fence" integer NOT NULL,
  "holder" text NULL,
  "lease_until" timestamp_with_timezone_text NULL,
  "entry" integer NOT NULL,
  "entries" integer NOT NULL,
  "step" text NULL,
  "armed_at" timestamp_with_timezone_text NULL,
  "armed_key" text NULL,
  "run" integer NOT NULL,
  "tries" integer NOT NULL,
  "attempts" integer NOT NULL,
  "detections" integer NOT NULL,
  "failure" jsonb_text NULL,
  "settings" jsonb_text NOT NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  "updated_at" timestamp_with_timezone_text NOT NULL,
  "published_at" timestamp_with_timezone_text NULL,
  "revision" integer NOT NULL DEFAULT 0,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("post_id") REFERENCES "post" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE NO ACTION
);
CREATE INDEX "publication_channel" ON "publication" ("channel_id", "state", "publish_at");
CREATE INDEX "publication_due" ON "publication" ("due_at", "id") WHERE "due_at" IS NOT NULL;
CREATE INDEX "publication_held" ON "publication" ("id") WHERE "state" = 'held';
CREATE INDEX "publication_lease" ON "publication" ("lease_until", "id") WHERE "lease_until" IS NOT NULL;
CREATE INDEX "publication_post" ON "publication" ("post_id");
CREATE INDEX "publication_time" ON "publication" ("workspace_id", "publish_at");
CREATE INDEX "publication_trouble" ON "publication" ("workspace_id", "updated_at", "id") WHERE "state" IN ('failed', 'missed', 'unconfirmed');
CREATE INDEX "publication_turn" ON "publication" ("channel_id", "due_at", "publish_at", "id") WHERE "due_at" IS NOT NULL;

CREATE TABLE "recurrence" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "template_id" uuid_text NOT NULL,
  "rule" jsonb_text NOT NULL,
  "state" text NOT NULL,
  "made_until" text NULL,
  "advance_at" timestamp_with_timezone_text NULL,
  "version" integer NOT NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  "updated_at" timestamp_with_timezone_text NOT NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("template_id") REFERENCES "post" ("id") ON DELETE CASCADE
);
CREATE INDEX "recurrence_advance" ON "recurrence" ("advance_at", "id") WHERE "advance_at" IS NOT NULL;
CREATE INDEX "recurrence_running" ON "recurrence" ("workspace_id", "created_at") WHERE "state" = 'running';

CREATE TABLE "release" (
  "publication_id" uuid_text NOT NULL,
  "entry" integer NOT NULL,
  "remote_id" text NOT NULL,
  "url" text NULL,
  "carry" text NULL,
  "released_at" timestamp_with_timezone_text NOT NULL,
  PRIMARY KEY ("publication_id", "entry"),
  FOREIGN KEY ("publication_id") REFERENCES "publication" ("id") ON DELETE CASCADE
);

CREATE TABLE "session" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "person_id" uuid_text NOT NULL,
  "workspace_id" uuid_text NOT NULL,
  "digest" blob NOT NULL UNIQUE,
  "created_at" timestamp_with_timezone_text NOT NULL,
  "last_seen_at" timestamp_with_timezone_text NOT NULL,
  "expires_at" timestamp_with_timezone_text NOT NULL,
  "user_agent" text NOT NULL,
  FOREIGN KEY ("person_id") REFERENCES "person" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE INDEX "session_expires_at" ON "session" ("expires_at");
CREATE INDEX "session_person" ON "session" ("person_id");

CREATE TABLE "slot" (
  "channel_id" uuid_text NOT NULL,
  "position" integer NOT NULL,
  "weekday" smallint NULL,
  "minute" smallint NOT NULL,
  PRIMARY KEY ("channel_id", "position"),
  FOREIGN KEY ("channel_id") REFERENCES "channel" ("id") ON DELETE CASCADE
);

CREATE TABLE "tag" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "name" text NOT NULL,
  "color" text NOT NULL,
  "created_at" timestamp_with_timezone_text NOT NULL,
  "updated_at" timestamp_with_timezone_text NOT NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "tag_name" ON "tag" ("workspace_id", "name");

CREATE TABLE "upload" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "workspace_id" uuid_text NOT NULL,
  "name" text NOT NULL,
  "expires_at" timestamp_with_timezone_text NOT NULL,
  FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE
);
CREATE INDEX "upload_expires_at" ON "upload" ("expires_at");

CREATE TABLE "workspace" (
  "id" uuid_text NOT NULL PRIMARY KEY,
  "name" text NOT NULL,
  "zone" text NOT NULL,
  "lateness_secs" integer NOT NULL,
  "created_at" timestamp_with_timezone_text NOT NULL
);
