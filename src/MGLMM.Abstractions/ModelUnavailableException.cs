namespace MGLMM;

/// <summary>
/// A model cannot answer: there is none, it is not ready, it cannot be reached, or what it gave is no answer. The message names neither
/// paths nor hosts, so that it can be shown to a user or a model.
/// </summary>
public class ModelUnavailableException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public ModelUnavailableException()
        : base("The model cannot answer.")
    {
    }

    /// <summary>Creates the exception.</summary>
    public ModelUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ModelUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
