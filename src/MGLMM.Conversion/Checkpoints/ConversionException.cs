namespace MGLMM.Conversion.Checkpoints;

/// <summary>A checkpoint cannot be converted. The message says why and what to do about it.</summary>
public class ConversionException : Exception
{
    /// <summary>Creates the exception with a message for the person who converts.</summary>
    public ConversionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message for the person who converts and what caused it.</summary>
    public ConversionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
