namespace MGLMM;

/// <summary>The prompt, with image and earlier turns, leaves no room for an answer within the model's longest sequence.</summary>
public sealed class PromptTooLongException : ArgumentException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="length">Positions that the prompt takes, the image's included.</param>
    /// <param name="maximum">Positions that the model has.</param>
    public PromptTooLongException(int length, int maximum)
        : base($"The prompt takes {length} positions, the picture's and the earlier turns' included; the model has {maximum}, and an answer needs at least one of them. "
            + "Ask in fewer words, or with fewer earlier turns; a smaller picture takes as many positions.")
    {
    }

    /// <summary>Creates the exception of a model that counts elsewhere.</summary>
    /// <param name="message">In words.</param>
    public PromptTooLongException(string message)
        : base(message)
    {
    }
}
