using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data;

/// <summary>Brings a data set into a SegCap file.</summary>
/// <remarks>
/// Samples are written to <c>OUTPUT.part</c>, which becomes the output once it is complete; beside it <c>OUTPUT.part.json</c> says how far it is. An
/// import that was stopped goes on from there when it is started again with the same options, and gives the same bytes. An output that is there already
/// is replaced if an import wrote it. Thread-safe, but for two imports to one output.
/// </remarks>
public static class DatasetImporter
{
    private const int BetweenStates = 200;

    /// <summary>Imports a data set. It works on the calling thread.</summary>
    /// <param name="options">What and how.</param>
    /// <param name="progress">Told on the calling thread.</param>
    /// <param name="cancellationToken">Observed at every sample and every buffer read; what was written so far stays for the next run.</param>
    /// <exception cref="InvalidDataException">A file of the data set is damaged; the message says where.</exception>
    /// <exception cref="FileNotFoundException">A file of the data set is missing; the message says what was looked for.</exception>
    /// <exception cref="ArgumentException">An option is none, or the output is there and no import wrote it; the message says which.</exception>
    public static ImportReport Run(ImportOptions options, IProgress<ImportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Limit is < 1)
        {
            throw new ArgumentException($"The limit is {options.Limit}; it must be at least 1.");
        }

        IDatasetReader reader = DatasetKinds.ReaderOf(options.Kind);
        if (!Directory.Exists(options.Folder) && !File.Exists(options.Folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{options.Folder}'.");
        }

        // Before the data set is looked through, which may take long.
        if (Path.Exists(options.Output) && !ImportPart.IsOutput(options.Output))
        {
            throw new ArgumentException($"'{options.Output}' is there already, and does not say that an import wrote it: it is not replaced. Name another --output, or move it away.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Output))!);
        using ImportScope scope = new(options, progress);
        ImportPlan plan = reader.Read(scope, cancellationToken);
        ImportLog log = new();
        long resumed;
        ImportState state;
        using (ImportPart part = ImportPart.Open(options, scope.Fingerprint(), out state))
        {
            resumed = state.Samples;
            log.Add(state.LeftOut, state.Notes);
            try
            {
                state = Write(plan, scope, part, state, log, cancellationToken);
                if (state.Samples == 0)
                {
                    throw new InvalidDataException(Nothing(scope, log));
                }

                part.Finish();
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
            {
                // The data set has to be mended first, and is another one then.
                part.Discard();
                throw;
            }
        }

        ImportPart.Complete(options.Output);
        log.Add(scope.Log.LeftOut(), scope.Log.Notes());
        return new ImportReport(options.Output, state.Samples, state.Questions, state.Masks, resumed, log.LeftOut(), log.Notes());
    }

    private static ImportState Write(ImportPlan plan, ImportScope scope, ImportPart part, ImportState state, ImportLog log, CancellationToken cancellationToken)
    {
        (long items, int since) = (0L, 0);
        int limit = scope.Options.Limit ?? int.MaxValue;
        try
        {
            foreach (ImportItem item in plan.Items)
            {
                if (state.Samples >= limit)
                {
                    break;
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (++items <= state.Items)
                {
                    if (state.MadeAgain)
                    {
                        // What it is told was told in the run that wrote it.
                        _ = item.Make(new ImportLog()).Count();
                    }

                    continue;
                }

                (long samples, long questions, long masks) = (state.Samples, state.Questions, state.Masks);
                foreach (SegCapSample sample in item.Make(log))
                {
                    if (samples >= limit)
                    {
                        break;
                    }

                    part.Append(SegCapWriter.ToUtf8(sample));
                    samples++;
                    questions += Math.Max(1, sample.Turns.Count);
                    masks += sample.Masks.Count + sample.Turns.Sum(turn => turn.Masks.Count);
                }

                state = state with { Items = items, Samples = samples, Questions = questions, Masks = masks };
                if (++since == BetweenStates)
                {
                    part.Save(Told(state));
                    since = 0;
                }

                scope.Wrote(items, plan.Count);
            }
        }
        catch (OperationCanceledException)
        {
            part.Save(Told(state));
            throw;
        }

        scope.Wrote(items, items);
        return state;

        ImportState Told(ImportState now) => now with { LeftOut = log.LeftOut(), Notes = log.Notes(), MadeAgain = now.MadeAgain || scope.TookByLastPart };
    }

    private static string Nothing(ImportScope scope, ImportLog log)
    {
        string[] reasons = log.LeftOut().Concat(scope.Log.LeftOut()).Select(remark => $"{remark.Count} x {remark.Reason} ({remark.Places[0]})").ToArray();
        return $"'{scope.Folder}' holds no {scope.Kind} samples"
            + (scope.Options.Split is { } split ? $" of the split '{split}'" : string.Empty)
            + (reasons.Length == 0 ? "; nothing was written." : $"; nothing was written. Left out: {string.Join("; ", reasons)}.");
    }
}
