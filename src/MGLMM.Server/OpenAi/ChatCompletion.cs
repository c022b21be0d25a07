using System.Text.Json.Serialization;
using MGLMM.Extensions.AI;
using Microsoft.Extensions.AI;

namespace MGLMM.Server.OpenAi;

/// <summary>An answer in one piece.</summary>
internal sealed record ChatCompletion(string Id, long Created, string Model, IReadOnlyList<ChatCompletion.Choice> Choices, Usage Usage)
{
    public string Object { get; } = "chat.completion";

    /// <summary>The one answer.</summary>
    internal sealed record Choice(AnswerMessage Message, string FinishReason)
    {
        public int Index { get; }

        [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
        public object? Logprobs { get; }
    }

    /// <summary>The text with the model's mark-up and, as an extension, its regions.</summary>
    internal sealed record AnswerMessage(string Content, IReadOnlyList<ChatSegment> Segments)
    {
        public string Role { get; } = "assistant";

        [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
        public object? Refusal { get; }
    }
}

/// <summary>A piece of an answer. The last one with a choice has the regions.</summary>
internal sealed record ChatCompletionChunk(string Id, long Created, string Model, IReadOnlyList<ChatCompletionChunk.Piece> Choices, Usage? Usage = null)
{
    public string Object { get; } = "chat.completion.chunk";

    internal sealed record Piece(Delta Delta, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason = null)
    {
        public int Index { get; }
    }

    internal sealed record Delta(string? Role = null, string? Content = null, IReadOnlyList<ChatSegment>? Segments = null);
}

/// <summary>Tokens.</summary>
internal sealed record Usage(long PromptTokens, long CompletionTokens, long TotalTokens, PromptDetails PromptTokensDetails)
{
    public static Usage Of(UsageDetails details) => new(
        details.InputTokenCount ?? 0, details.OutputTokenCount ?? 0, details.TotalTokenCount ?? 0, new PromptDetails(details.CachedInputTokenCount ?? 0));
}

/// <summary>Positions of the prompt that were kept from before.</summary>
internal sealed record PromptDetails(long CachedTokens);

/// <summary>The models: one.</summary>
internal sealed record ModelList(IReadOnlyList<ModelList.Model> Data)
{
    public string Object { get; } = "list";

    internal sealed record Model(string Id, long Created)
    {
        public string Object { get; } = "model";

        public string OwnedBy { get; } = "mglmm";
    }
}

/// <summary>An error as OpenAI's clients read it.</summary>
internal sealed record ErrorAnswer(ErrorAnswer.Content Error)
{
    internal sealed record Content(string Message, string Type, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param, string Code);
}
