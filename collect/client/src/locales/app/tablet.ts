import type { Sentence } from '../sentence';

/** The tablet: its name, room, version, and the queue as a file. */
export const tablet = {
  tablet: { th: 'เครื่องนี้', en: 'This tablet' },
  deviceLabel: { th: 'ชื่อเครื่อง', en: 'Name of the tablet' },
  deviceLabelHint: {
    th: 'เช่น “แท็บเล็ตกลุ่มนิเทศ 3” สำนักงานใช้ชื่อนี้หาเครื่อง',
    en: 'Such as “Supervision 3”; the office finds the tablet by it.',
  },
  labelKept: { th: 'บันทึกชื่อเครื่องแล้ว', en: 'The name is saved.' },
  storage: { th: 'พื้นที่เก็บข้อมูล', en: 'Storage' },
  storageOf: { th: 'ใช้ไป {used} · เหลือ {free}', en: '{used} used · {free} free' },
  persisted: { th: 'เบราว์เซอร์รับรองว่าจะไม่ลบข้อมูลเอง', en: 'The browser will not delete the data by itself.' },
  notPersisted: {
    th: 'เบราว์เซอร์อาจลบข้อมูลเมื่อพื้นที่เต็ม ควรติดตั้งแอปหรือขอให้เก็บถาวร',
    en: 'The browser may delete data when the tablet is full. Install the app or ask to keep it.',
  },
  askPersist: { th: 'ขอให้เก็บถาวร', en: 'Ask to keep' },
  persistGranted: { th: 'เบราว์เซอร์จะเก็บข้อมูลไว้ถาวร', en: 'The browser will keep the data.' },
  persistRefused: {
    th: 'เบราว์เซอร์ยังไม่อนุญาต ติดตั้งแอปไว้ที่หน้าจอหลักแล้วลองอีกครั้ง',
    en: 'The browser does not agree yet. Install the app on the home screen, then ask again.',
  },
  lastContactLabel: { th: 'ติดต่อล่าสุด', en: 'Last contact' },
  version: { th: 'รุ่นของแอป', en: 'Version' },
  newVersion: { th: 'มีรุ่นใหม่', en: 'New version ready' },
  installId: { th: 'รหัสเครื่อง', en: 'Tablet ID' },
  queueFile: { th: 'สำรองงานเป็นไฟล์', en: 'Work as a file' },
  queueFileText: {
    th: 'เมื่อส่งทางอินเทอร์เน็ตไม่ได้ ให้ส่งออกงานทั้งหมดที่ยังไม่ได้ส่งเป็นไฟล์เดียว แล้วนำไปให้สำนักงานหรือเปิดในเครื่องอื่น งานในเครื่องนี้ยังอยู่ครบ',
    en: 'When nothing can be sent over the network, export all unsent work as one file and take it to the office or to another tablet. Nothing on this tablet is removed.',
  },
  queueFileCount: { th: 'ยังไม่ส่ง {unsent} รายการ ฉบับร่าง {drafts} รายการ', en: '{unsent} unsent, {drafts} drafts' },
  exportQueue: { th: 'ส่งออกเป็นไฟล์', en: 'Export to a file' },
  importQueue: { th: 'นำเข้าจากไฟล์', en: 'Import a file' },
  imported: {
    th: 'นำเข้าแล้ว {taken} รายการ มีอยู่ก่อนและคงไว้ตามเดิม {kept} รายการ',
    en: '{taken} records were imported; {kept} were here already and stay as they are.',
  },
} satisfies Record<string, Sentence>;
