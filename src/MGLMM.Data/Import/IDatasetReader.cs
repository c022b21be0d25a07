namespace MGLMM.Data.Import;

/// <summary>Reads a kind of data set.</summary>
internal interface IDatasetReader
{
    /// <summary>Looks through the data set's files and says what is in them. Files that it opened are closed when the scope is.</summary>
    /// <exception cref="InvalidDataException">A file is damaged; the message says where.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message says what was looked for.</exception>
    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken);
}
