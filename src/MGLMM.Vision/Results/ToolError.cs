using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>A call that could not be done: which mistake, in words, and what to do instead. Names no paths and no hosts.</summary>
public sealed record ToolError : ToolResult
{
    private const string RepeatedStart = $$"""{"code":"{{ToolErrorCodes.Repeated}}",""";

    /// <summary>One of <see cref="ToolErrorCodes"/>.</summary>
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    /// <summary>What is wrong.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }

    /// <summary>The way out.</summary>
    [JsonPropertyName("try")]
    public required string Try { get; init; }

    /// <summary>With <see cref="ToolErrorCodes.Busy"/>: when the same call may succeed.</summary>
    [JsonPropertyName("retry_after_seconds")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfterSeconds { get; init; }

    /// <summary>
    /// Whether a result says that the same call has failed again and again, so that a host should not ask its model once more: set
    /// <c>FunctionInvocationContext.Terminate</c> of Microsoft.Extensions.AI by it.
    /// </summary>
    /// <param name="result">What a vision function gave, as a record or as its JSON; anything else says nothing.</param>
    public static bool EndsLoop(object? result) => result switch
    {
        ToolError error => error.Code == ToolErrorCodes.Repeated,
        string json => json.StartsWith(RepeatedStart, StringComparison.Ordinal),
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!.StartsWith(RepeatedStart, StringComparison.Ordinal),
        _ => false,
    };
}
