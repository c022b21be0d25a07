namespace MGLMM.Runtime.Bundles;

/// <summary>A bundle cannot be used. <see cref="Faults"/> names each thing that is wrong with it.</summary>
public sealed class BundleException : Exception
{
    /// <summary>Creates the exception for one fault.</summary>
    public BundleException(string fault, Exception? innerException = null)
        : base(fault, innerException) => Faults = [fault];

    /// <summary>Creates the exception for a bundle with the given faults.</summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="faults">At least one, each a sentence of its own.</param>
    public BundleException(string folder, IReadOnlyList<string> faults)
        : base($"The bundle '{folder}' cannot be used: {string.Join(" ", faults)} Convert the checkpoint again or restore the files.") =>
        Faults = faults;

    /// <summary>Each fault, a sentence of its own.</summary>
    public IReadOnlyList<string> Faults { get; }
}
