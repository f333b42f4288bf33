//! What registries of MCP servers are told about us is true.

use serde_json::Value;

const SERVER: &str = include_str!("../../../../deploy/server.json");
const DOCKERFILE: &str = include_str!("../../../../deploy/Dockerfile");

#[test]
fn the_description_for_registries_fits_the_product() {
    let server: Value = serde_json::from_str(SERVER).unwrap();
    assert_eq!(server["version"], env!("CARGO_PKG_VERSION"));
    let name = server["name"].as_str().unwrap();
    assert!(
        DOCKERFILE.contains(&format!("LABEL io.modelcontextprotocol.server.name=\"{name}\"")),
        "the image proves whose it is"
    );
    let image = server["packages"][0]["identifier"].as_str().unwrap();
    assert!(image.ends_with(env!("CARGO_PKG_VERSION")), "{image}");
    assert!(server["description"].as_str().unwrap().len() <= 100);
    for (remote, kind, path) in [
        (0, "streamable-http", "/mcp"),
        (1, "sse", "/api/mcp/{api_key}/sse"),
    ] {
        let remote = &server["remotes"][remote];
        assert_eq!(remote["type"], kind);
        assert_eq!(remote["url"], format!("https://{{host}}{path}"));
        assert!(
            remote["variables"]["host"]["isRequired"].as_bool().unwrap(),
            "{kind}"
        );
    }
    assert_eq!(server["remotes"][0]["headers"][0]["isSecret"], true);
    assert_eq!(server["remotes"][1]["variables"]["api_key"]["isSecret"], true);
}
