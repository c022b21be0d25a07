using System.Runtime.ExceptionServices;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using MGLMM.Conversion.Streaming;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion;

/// <content>Converting a checkpoint while it is fetched.</content>
public static partial class CheckpointConverter
{
    /// <summary>
    /// Opens a checkpoint of which only the headers need be there, checks everything that a conversion checks before it writes, and finds out what will be
    /// read and written.
    /// </summary>
    /// <param name="options">What to convert and how; its <see cref="ConversionOptions.OpenFile"/> opens <paramref name="files"/>.</param>
    /// <param name="files">The files that arrive.</param>
    /// <param name="cancellationToken">Observed at each tensor.</param>
    /// <exception cref="ConversionException">The checkpoint cannot be converted.</exception>
    internal static ArrivingConversion OpenArriving(ConversionOptions options, ArrivingFiles files, CancellationToken cancellationToken)
    {
        RequireSense(options);
        OutputFolder.Check(options);
        CheckpointSource source = CheckpointSource.Open(options);
        try
        {
            return new ArrivingConversion(options, source, files, cancellationToken);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Ends what an earlier conversion to this output was killed in.</summary>
    /// <returns>What was found and done, a sentence each.</returns>
    internal static IReadOnlyList<string> Recover(string output) => InterruptedConversions.Recover(OutputFolder.Normalize(output));

    /// <summary>A conversion that goes on as files arrive, and after a stop from where it was. Its parts are written side by side.</summary>
    internal sealed class ArrivingConversion : IDisposable
    {
        private const string JournalEnding = ".journal";

        private readonly ConversionOptions _options;
        private readonly CheckpointSource _source;
        private readonly ArrivingFiles _files;
        private readonly BundleManifest _manifest;

        internal ArrivingConversion(ConversionOptions options, CheckpointSource source, ArrivingFiles files, CancellationToken cancellationToken)
        {
            _options = options;
            _source = source;
            _files = files;
            _manifest = DescribeChecked(options, _source);
            Plan = FindOut(cancellationToken);
            FilesInOrder = [.. Plan.FilesInOrder(DecoderPart).OfType<ArrivingFile>()];
            _files.Expect(Plan);
        }

        /// <summary>What will be read and written.</summary>
        public ConversionPlan Plan { get; }

        /// <summary>The files that are needed, in the order in which they are best fetched.</summary>
        public IReadOnlyList<ArrivingFile> FilesInOrder { get; }

        /// <summary>Converts, waiting for each file that it needs. Blocks.</summary>
        /// <param name="folder">A folder of this conversion's own on the disk of the output; what is done is kept there until the bundle is complete.</param>
        /// <param name="progress">Told of each tensor.</param>
        /// <param name="onPublish">Called with the folder of the complete bundle, before it is put in its place.</param>
        /// <param name="cancellationToken">Observed at each tensor; what is done so far stays in <paramref name="folder"/>.</param>
        /// <exception cref="ConversionException">The checkpoint cannot be converted.</exception>
        /// <exception cref="ArrivalLostException">What an earlier run left there cannot be gone on with.</exception>
        /// <exception cref="DataJournalException">The same.</exception>
        public ConversionReport Run(string folder, IProgress<ConversionProgress>? progress, Action<string>? onPublish, CancellationToken cancellationToken)
        {
            string bundle = Path.Combine(folder, "bundle");
            Directory.CreateDirectory(bundle);
            ConversionTracker tracker = new(Plan.ElementCount, progress, cancellationToken);
            ConversionPart[] parts = WriteParts(folder, bundle, tracker, cancellationToken);
            BundleManifest manifest = Seal(_options, _manifest, bundle, parts, tracker, cancellationToken);
            onPublish?.Invoke(bundle);
            string output = OutputFolder.Normalize(_options.Output);
            using (UnfinishedBundle unfinished = UnfinishedBundle.Create(output))
            {
                unfinished.Adopt(bundle);

                // They tell of files that are not here any more, whether the bundle can be put in place or not.
                foreach (string journal in Directory.GetFiles(folder, "*" + JournalEnding))
                {
                    File.Delete(journal);
                }

                OutputFolder.Publish(unfinished, _options, AtomicExchange.TrySwap);
            }

            return Report(_source, output, manifest, []);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _source.Dispose();
        }

        private ConversionPlan FindOut(CancellationToken cancellationToken)
        {
            List<(string, CheckpointTensor)> reads = new();
            long bytes = 0L;
            foreach ((string name, Action<ConversionPart> write) in Parts(_options, _source))
            {
                using DataJournal journal = DataJournal.Dry();
                ConversionPart part = new(
                    name,
                    null,
                    _source.Weights.View(null, tensor => reads.Add((name, tensor)), () => true),
                    _source.Tower.View(null, tensor => reads.Add((name, tensor)), () => true),
                    journal,
                    cancellationToken);
                write(part);
                bytes += part.Length;
            }

            return new ConversionPlan(reads, bytes);
        }

        private ConversionPart[] WriteParts(string folder, string bundle, ConversionTracker tracker, CancellationToken cancellationToken)
        {
            (string Name, Action<ConversionPart> Write)[] parts = Parts(_options, _source).ToArray();
            using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using CancellationTokenRegistration stop = stopping.Token.Register(_files.Stop);
            _files.Start(parts.Length);

            // A thread each: they spend their time waiting for files, or for the disk.
            Task<ConversionPart>[] tasks = parts.Select(part => Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        return WritePart(part.Name, part.Write, folder, bundle, tracker, stopping.Token);
                    }
                    catch
                    {
                        stopping.Cancel();
                        throw;
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)).ToArray();
            try
            {
                Task.WaitAll(tasks, CancellationToken.None);
            }
            catch (AggregateException failures)
            {
                // The others were told to stop.
                Exception? cause = failures.Flatten().InnerExceptions.FirstOrDefault(failure => failure is not OperationCanceledException);
                if (cause is not null)
                {
                    ExceptionDispatchInfo.Throw(cause);
                }

                throw new OperationCanceledException(cancellationToken);
            }

            return [.. tasks.Select(task => task.Result)];
        }

        private ConversionPart WritePart(string name, Action<ConversionPart> write, string folder, string bundle, ConversionTracker tracker, CancellationToken cancellationToken)
        {
            DataJournal? journal = null;
            try
            {
                journal = DataJournal.Open(Path.Combine(folder, name.Replace(' ', '_') + JournalEnding));
                List<CheckpointTensor> pending = new();
                journal.OnBarrier = () =>
                {
                    _files.Settle(pending);
                    pending.Clear();
                };
                _files.Register(journal);
                DataJournal current = journal;
                ConversionPart part = new(name, bundle, View(_source.Weights), View(_source.Tower), current, cancellationToken);
                write(part);
                return part;

                WeightSource View(WeightSource weights) => weights.View(
                    tracker.Read,
                    tensor =>
                    {
                        pending.Add(tensor);
                        tracker.Begin(name);
                    },
                    () => current.IsReplaying);
            }
            finally
            {
                using (journal)
                {
                    _files.Finish(journal);
                }
            }
        }
    }
}
