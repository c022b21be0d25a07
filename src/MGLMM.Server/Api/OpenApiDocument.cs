using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Hosting;
using MGLMM.Mcp;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Server.Api;

/// <summary>
/// The OpenAPI description (3.1) of the API. The schemas of the tools are the functions' own, word for word, which no generator over methods could
/// take; the rest is short.
/// </summary>
internal sealed class OpenApiDocument
{
    private const string JsonType = "application/json";

    /// <summary>Describes the functions of a host, its own tools included.</summary>
    public OpenApiDocument(IVisionToolsets toolsets)
    {
        // Any conversation's: names, descriptions and schemas are the same in all.
        Functions = toolsets.FunctionsOf(VisionWorkspace.DefaultOwner, VisionWorkspace.DefaultConversation);
        Json = Create().ToJsonString();
    }

    /// <summary>The tools, over no conversation of anybody's.</summary>
    public IReadOnlyList<VisionFunction> Functions { get; }

    /// <summary>The document.</summary>
    public string Json { get; }

    private JsonObject Create()
    {
        JsonObject paths = new();
        foreach (VisionFunction function in Functions)
        {
            paths[$"/api/tools/{function.Name}"] = new JsonObject
            {
                ["post"] = new JsonObject
                {
                    ["operationId"] = function.Name,
                    ["tags"] = new JsonArray(function.GroupName),
                    ["summary"] = function.Description,
                    ["requestBody"] = Body(JsonType, Node(ConversationSchemas.InputOf(function))),
                    ["responses"] = Responses("200", function.ReturnDescription, JsonType, Node(ConversationSchemas.OutputOf(function))),
                },
            };
        }

        JsonObject binary = new() { ["type"] = "string", ["contentEncoding"] = "binary" };
        JsonObject uploaded = Body("image/png", binary.DeepClone());
        foreach (string type in (string[])["image/jpeg", "image/webp"])
        {
            uploaded["content"]![type] = new JsonObject { ["schema"] = binary.DeepClone() };
        }

        VisionFunction open = Functions.First(function => function.Name == ConversationCalls.OpenImage);
        paths["/api/images"] = Path(
            "post", "upload_image", "Opens a picture whose bytes are the body.", "201", "The picture's handle and its conversation", JsonType,
            Node(ConversationSchemas.OutputOf(open)), uploaded, Query("name", "What the picture is called"), Query("conversation", "Adds it to this conversation; a new one begins if left out"));
        paths["/api/model"] = Path("get", "get_model", "How far the model is, and what it says about itself.", "200", "Status and card", JsonType, Any());
        paths["/api/conversations"] = Path("get", "list_conversations", "The caller's conversations, the one that was used last first.", "200", "A list", JsonType, new JsonObject { ["type"] = "array" });
        paths["/api/conversations/{conversation}"] = Path(
            "get", "get_conversation", "Pictures, regions with their masks (COCO run lengths), and files of a conversation.", "200", "What it holds", JsonType, Any(), null, InPath("conversation"));
        paths["/api/conversations/{conversation}"]!["delete"] = new JsonObject
        {
            ["operationId"] = "remove_conversation",
            ["summary"] = "Lets a conversation go, with all it holds.",
            ["parameters"] = new JsonArray(InPath("conversation")),
            ["responses"] = new JsonObject { ["204"] = new JsonObject { ["description"] = "It is gone." }, ["default"] = Problem() },
        };
        paths["/api/conversations/{conversation}/images/{image}"] = Path(
            "get", "get_image", "A picture's pixels.", "200", "A PNG file", "image/png", binary.DeepClone(), null, InPath("conversation"), InPath("image"));
        paths["/api/conversations/{conversation}/regions/{region}"] = Path(
            "get", "get_region", "A region with its mask.", "200", "The region", JsonType, Any(), null, InPath("conversation"), InPath("region"));
        paths["/api/conversations/{conversation}/artifacts/{artifact}"] = Path(
            "get", "get_artifact", "A file that render_image or export_regions made.", "200", "The file, with its own type", "*/*", binary.DeepClone(), null, InPath("conversation"), InPath("artifact"));
        AddPage(paths);
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "MGLMM",
                ["description"] = "Grounded masks and captions: tools over pictures. Handles (img1, m7, s2, a3) belong to a conversation, which open_image gives; it may be left out while there is only one.",
                ["version"] = typeof(OpenApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject
                {
                    ["problem"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject
                        {
                            ["status"] = new JsonObject { ["type"] = "integer" },
                            ["title"] = new JsonObject { ["type"] = "string" },
                            ["detail"] = new JsonObject { ["type"] = "string" },
                            ["code"] = new JsonObject { ["type"] = "string" },
                            ["try"] = new JsonObject { ["type"] = "string" },
                        },
                    },
                },
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }, new JsonObject()),
        };
    }

    /// <summary>What the web page needs beside the tools, open to other programs as well.</summary>
    private static void AddPage(JsonObject paths)
    {
        const string Conversation = "/api/conversations/{conversation}";
        JsonObject text = new() { ["type"] = "string" };
        JsonObject handles = new() { ["type"] = "array", ["items"] = text.DeepClone() };
        JsonObject call = Object(("tool", text), ("arguments", Any()));
        paths[$"{Conversation}/page"] = Path(
            "get", "get_page", "What the page shows of a conversation: layers (regions that are not removed), what can be undone, and the turns of the chat.", "200", "Layers, undo, redo, turns", JsonType, Any(), null,
            InPath("conversation"));
        paths[$"{Conversation}/turns"] = Path(
            "post", "add_turn",
            "Lets the planner work on a message, or makes calls of tools, as one turn of the chat. Answers as a stream of events: begun, text, words (of the vision model, as they come), call, result, page, error, done. Closing the connection stops it.",
            "200", "A stream of JSON events", "text/event-stream", text.DeepClone(),
            Body(JsonType, Object(("message", text), ("image", text), ("calls", new JsonObject { ["type"] = "array", ["items"] = call }))), InPath("conversation"));
        paths[$"{Conversation}/edits"] = Path(
            "post", "edit_layers", "Renames, shows, hides, replaces, removes, merges or subtracts layers, as one step that can be undone.", "200", "The layers as they are now, new regions with their masks", JsonType, Any(),
            Body(JsonType, Object(
                ("edit", new JsonObject { ["enum"] = new JsonArray("rename", "show", "hide", "only", "replace", "remove", "merge", "subtract") }), ("regions", handles), ("others", handles), ("phrase", text))),
            InPath("conversation"));
        paths[$"{Conversation}/undo"] = Path("post", "undo", "Takes the last change of layers back.", "200", "The layers as they are now", JsonType, Any(), Body(JsonType, Any()), InPath("conversation"));
        paths[$"{Conversation}/redo"] = Path("post", "redo", "Makes the change again that was taken back last.", "200", "The layers as they are now", JsonType, Any(), Body(JsonType, Any()), InPath("conversation"));
        JsonObject region = Body(JsonType, Object(
            ("phrase", text), ("origin", text), ("within", text),
            ("mask", new JsonObject { ["type"] = "object", ["description"] = "COCO run lengths: size [height, width], counts" }),
            ("polygons", new JsonObject { ["type"] = "array", ["description"] = "As the coordinates of GeoJSON's MultiPolygon, in pixels: polygons of rings of [x, y]; the first ring is the outer one" })));
        region["content"]!["image/png"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string", ["contentEncoding"] = "binary" } };
        paths[$"{Conversation}/images/{{image}}/regions"] = Path(
            "post", "add_region", "Keeps a region of the caller's own: a mask, polygons, or a mask picture whose bytes are the body.", "201", "The layers as they are now, the region with its mask", JsonType, Any(),
            region, InPath("conversation"), InPath("image"), Query("phrase", "With image/png: what it is"));
    }

    private static JsonObject Object(params (string Name, JsonObject Schema)[] properties)
    {
        JsonObject described = new();
        foreach ((string name, JsonObject schema) in properties)
        {
            described[name] = schema.DeepClone();
        }

        return new JsonObject { ["type"] = "object", ["properties"] = described };
    }

    private static JsonObject Path(
        string method, string operation, string summary, string status, string description, string type, JsonNode schema, JsonObject? body = null, params JsonObject[] parameters)
    {
        JsonObject described = new() { ["operationId"] = operation, ["summary"] = summary };
        if (parameters.Length > 0)
        {
            described["parameters"] = new JsonArray([.. parameters]);
        }

        if (body is not null)
        {
            described["requestBody"] = body;
        }

        described["responses"] = Responses(status, description, type, schema);
        return new JsonObject { [method] = described };
    }

    private static JsonObject Body(string type, JsonNode schema) =>
        new() { ["required"] = true, ["content"] = new JsonObject { [type] = new JsonObject { ["schema"] = schema } } };

    private static JsonObject Responses(string status, string description, string type, JsonNode schema) => new()
    {
        [status] = new JsonObject { ["description"] = description, ["content"] = new JsonObject { [type] = new JsonObject { ["schema"] = schema } } },
        ["default"] = Problem(),
    };

    private static JsonObject Problem() => new()
    {
        ["description"] = "What is wrong (code, detail) and the way out (try)",
        ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/problem" } } },
    };

    private static JsonObject Query(string name, string description) =>
        new() { ["name"] = name, ["in"] = "query", ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject InPath(string name) =>
        new() { ["name"] = name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject Any() => new() { ["type"] = "object" };

    private static JsonNode Node(JsonElement schema) => JsonObject.Create(schema)!;
}
