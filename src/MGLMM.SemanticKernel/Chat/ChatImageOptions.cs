namespace MGLMM.SemanticKernel.Chat;

/// <summary>What <see cref="ChatImages"/> does with the pictures of a chat.</summary>
public sealed record ChatImageOptions
{
    /// <summary>The defaults.</summary>
    public static ChatImageOptions Default { get; } = new();

    /// <summary>
    /// Whether the chat model takes pictures itself. If not, each picture is taken out of its message and only the sentence about it is left;
    /// endpoints of models without eyes refuse requests with pictures.
    /// </summary>
    public bool ModelTakesImages { get; init; } = true;
}
