using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>A call that could not be done: which mistake, in words, and what to do instead. Names no paths and no hosts.</summary>
public sealed record ToolError : ToolResult
{
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
}
