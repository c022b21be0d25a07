using MGLMM.Data.SegCap;

namespace MGLMM.Data.Export;

/// <summary>Writes SegCap files in other formats, from which <see cref="DatasetImporter"/> brings them back without loss. Thread-safe.</summary>
public static class SegCapExporter
{
    /// <summary>Exports a file.</summary>
    /// <param name="path">A SegCap file.</param>
    /// <param name="format">The format.</param>
    /// <param name="folder">Where to write; made if it is not there. Files of an earlier export are replaced, and no others.</param>
    /// <param name="cancellationToken">Observed at every sample; what was written until then is removed.</param>
    /// <exception cref="ArgumentException">A file that no export wrote is where one would be written; nothing was.</exception>
    /// <exception cref="InvalidDataException">A line of the file is damaged, or the format has no place for it; the message names the line.</exception>
    public static ExportReport Run(string path, ExportFormat format, string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'.");
        }

        using ExportFolder target = new(folder, Path.GetDirectoryName(Path.GetFullPath(path))!);
        ExportFormats.Write(format, Samples(path, format, target, cancellationToken), target);
        if (target.Samples == 0)
        {
            throw new InvalidDataException($"'{Path.GetFileName(path)}' holds no samples.");
        }

        target.Complete();
        return new ExportReport(folder, target.Files, target.Samples, target.Questions, target.Masks);
    }

    /// <summary>The samples, counted at the first reading.</summary>
    private static Func<IEnumerable<SegCapSample>> Samples(string path, ExportFormat format, ExportFolder target, CancellationToken cancellationToken) => () =>
    {
        bool counts = target.Samples == 0;
        return SegCapFile.Numbered(path).Select(entry =>
        {
            cancellationToken.ThrowIfCancellationRequested();

            // COCO lists masks; the others hang each on a phrase, and have none for one without a [SEG].
            if (format is not ExportFormat.Coco && SegCapRules.FaultOfPhrases(entry.Sample) is { } fault)
            {
                throw new InvalidDataException($"Line {entry.Line} of '{Path.GetFileName(path)}', sample '{entry.Sample.Id}': {fault} Only COCO has a place for that; 'mglmm segcap check' lists all such lines.");
            }

            if (counts)
            {
                target.Count(entry.Sample);
            }

            return entry.Sample;
        });
    };
}
