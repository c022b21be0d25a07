namespace MGLMM;

/// <summary>
/// A picture cannot be read. The message says what is wrong and what to do; it names neither paths nor hosts, so that it can be
/// shown to a user or a model.
/// </summary>
public sealed class ImageFormatException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public ImageFormatException()
        : base("The picture cannot be read.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public ImageFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ImageFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether the picture may be sound but has more bytes or pixels, or a longer side, than is accepted.</summary>
    public bool IsTooLarge { get; init; }
}
