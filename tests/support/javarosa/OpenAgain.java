import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormUtils;

/**
 * Opens a record in the engine of ODK Collect, lets it compute everything anew, checks it as Collect does before it is
 * finished, and writes what became of it: `java OpenAgain.java FORM.xml LISTS RECORD.xml OUT.xml`. Ends with status 2 and
 * the reference when an answer is missing or breaks a rule.
 */
public class OpenAgain {
    public static void main(String[] given) throws Exception {
        new JavaRosaCoreModule().registerModule();
        new XFormsModule().registerModule();
        ReferenceManager.instance().addReferenceFactory(new Lists(Path.of(given[1])));
        FormDef form = XFormUtils.getFormFromInputStream(new ByteArrayInputStream(Files.readAllBytes(Path.of(given[0]))));
        TreeElement saved = XFormParser.restoreDataModel(Files.readAllBytes(Path.of(given[2])), null).getRoot();
        TreeElement root = form.getMainInstance().getRoot().deepCopy(true);
        root.populate(saved, form);
        form.getMainInstance().setRoot(root);
        form.initialize(false, new InstanceInitializationFactory());
        ValidateOutcome fault = form.validate(true);
        if (fault != null) {
            System.err.println(fault.failedPrompt.getReference() + " is refused (" + fault.outcome + ")");
            System.exit(2);
        }
        Files.write(Path.of(given[3]), new XFormSerializingVisitor().serializeInstance(form.getMainInstance()));
    }

    /** Lists and media, by name, in a folder. */
    private static class Lists extends PrefixedRootFactory {
        private final Path folder;

        Lists(Path folder) {
            super(new String[] {"file", "file-csv", "images", "audio", "video"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String terminal, String address) {
            return new InFolder(folder.resolve(new File(terminal).getName()), address);
        }
    }

    private record InFolder(Path path, String address) implements Reference {
        @Override
        public boolean doesBinaryExist() {
            return Files.exists(path);
        }

        @Override
        public InputStream getStream() throws IOException {
            return Files.newInputStream(path);
        }

        @Override
        public String getURI() {
            return address;
        }

        @Override
        public String getLocalURI() {
            return path.toString();
        }

        @Override
        public boolean isReadOnly() {
            return true;
        }

        @Override
        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void remove() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }
}
