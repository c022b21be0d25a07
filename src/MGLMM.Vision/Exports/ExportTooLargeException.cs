namespace MGLMM.Vision.Exports;

/// <summary>A file would be larger than its host allows.</summary>
public sealed class ExportTooLargeException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public ExportTooLargeException()
        : base("The file would be larger than the host allows.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public ExportTooLargeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ExportTooLargeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a limit.</summary>
    /// <param name="maximumBytes">The limit.</param>
    public ExportTooLargeException(long maximumBytes)
        : this($"The file would have more than the {maximumBytes} bytes that the host keeps.")
    {
    }
}
